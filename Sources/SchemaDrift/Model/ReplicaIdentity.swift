/// What an UPDATE or DELETE sends of the old row (`pg_class.relreplident`, and the same byte in RELATION).
public enum ReplicaIdentity: String, Hashable, Sendable, Codable, CaseIterable {
  /// The primary key.
  case `default` = "d"
  /// Nothing: updates and deletes of a published table are refused by the source.
  case nothing = "n"
  /// The whole row. RELATION flags *every* column as key.
  case full = "f"
  /// A chosen unique index. If that index was dropped, RELATION still says `i` with zero key columns.
  case index = "i"

  /// The clause of `ALTER TABLE … REPLICA IDENTITY`, without the name of the index.
  public var sqlKeyword: String {
    switch self {
    case .default: "DEFAULT"
    case .nothing: "NOTHING"
    case .full: "FULL"
    case .index: "USING INDEX"
    }
  }
}
