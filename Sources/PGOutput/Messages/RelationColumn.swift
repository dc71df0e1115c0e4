import PostgresTypes

/// One column of a ``RelationMessage``.
public struct RelationColumn: Hashable, Sendable {
  /// True if the column belongs to the replica identity (flag 1, `LOGICALREP_IS_REPLICA_IDENTITY`). Under REPLICA
  /// IDENTITY FULL every column does.
  public var isKey: Bool
  /// The name, UTF-8.
  public var name: ByteRange
  /// The type on the source; never zero.
  public var type: OID
  /// `atttypmod`; -1 for none.
  public var typeModifier: Int32

  /// Makes the description of a column.
  public init(isKey: Bool, name: ByteRange, type: OID, typeModifier: Int32) {
    self.isKey = isKey
    self.name = name
    self.type = type
    self.typeModifier = typeModifier
  }
}

extension ByteReader {
  /// Reads one column of a Relation message (`logicalrep_write_attrs`).
  mutating func relationColumn(_ bytes: RawSpan) throws(PGOutputError) -> RelationColumn {
    let flags = try flags(known: 1, bytes, "column flags 0 or 1")
    let name = try string(bytes, "column name")
    let type = try oid(bytes, "type OID of a column")
    let modifier = try take(Int32.self, bytes, "type modifier of a column")
    return RelationColumn(isKey: flags & 1 != 0, name: name, type: type, typeModifier: modifier)
  }
}
