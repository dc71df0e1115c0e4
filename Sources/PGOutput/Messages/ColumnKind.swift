/// How a value is there (`LOGICALREP_COLUMN_*`, replication/logicalproto.h).
public enum ColumnKind: UInt8, CaseIterable, Sendable {
  /// `n`: the value is NULL; in an old key, the column is not part of the key.
  case null = 0x6E
  /// `u`: an out-of-line value that the UPDATE did not change; it is not sent.
  case unchangedTOAST = 0x75
  /// `t`: the type's text form, in the connection's `client_encoding`.
  case text = 0x74
  /// `b`: the type's binary form (`typsend`), if the option `binary` is on and the type has one.
  case binary = 0x62
}
