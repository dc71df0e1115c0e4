/// What a relation sends of the old row (`relreplident`, catalog/pg_class.h).
public enum WireReplicaIdentity: UInt8, Sendable {
  /// `d`: the primary key, if there is one.
  case `default` = 0x64
  /// `n`: nothing.
  case nothing = 0x6E
  /// `f`: the whole row.
  case full = 0x66
  /// `i`: the columns of a chosen unique index; no column at all if that index was dropped.
  case index = 0x69
}
