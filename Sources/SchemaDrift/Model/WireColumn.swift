import PostgresTypes

/// One column as a RELATION message describes it.
public struct WireColumn: Sendable, Codable {
  /// The column's name, unquoted.
  public var name: String
  /// True if the column is part of the replica identity. Under FULL every column is.
  public var isKey: Bool
  /// The type's OID on the source.
  public var typeOID: OID
  /// `atttypmod`, −1 for none.
  public var typeModifier: Int32

  /// Puts a column together.
  public init(name: String, isKey: Bool, typeOID: OID, typeModifier: Int32 = -1) {
    self.name = name
    self.isKey = isKey
    self.typeOID = typeOID
    self.typeModifier = typeModifier
  }
}

extension WireColumn: Hashable {
  /// Equal if every part is; names byte by byte.
  public static func == (lhs: WireColumn, rhs: WireColumn) -> Bool {
    lhs.isKey == rhs.isKey && lhs.typeOID == rhs.typeOID && lhs.typeModifier == rhs.typeModifier
      && lhs.name.isSameName(as: rhs.name)
  }

  /// Hashes the parts that `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(NameKey(name))
    hasher.combine(isKey)
    hasher.combine(typeOID)
    hasher.combine(typeModifier)
  }
}
