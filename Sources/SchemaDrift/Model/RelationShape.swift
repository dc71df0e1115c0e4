import PostgresTypes

/// What a RELATION message says of a table: exact at its place in the stream, and enough to stop a table.
///
/// Two shapes are equal (`==`) if a tuple under one reads the same under the other: OID, name, replica identity and
/// the columns in order, names byte by byte. A change of the replica identity is therefore another shape: FULL flags
/// every column as key, and an identity index that was dropped leaves `index` with no key column at all.
public struct RelationShape: Sendable, Codable {
  /// The table's OID on the source.
  public var oid: OID
  /// Schema and name at that place in the stream. An empty namespace on the wire means `pg_catalog`.
  public var name: QualifiedName
  /// The replica identity setting.
  public var replicaIdentity: ReplicaIdentity
  /// The columns that tuples carry, in tuple order.
  public var columns: [WireColumn]

  /// Puts a shape together.
  public init(oid: OID, name: QualifiedName, replicaIdentity: ReplicaIdentity, columns: [WireColumn]) {
    self.oid = oid
    self.name = name
    self.replicaIdentity = replicaIdentity
    self.columns = columns
  }

  /// The names of the columns that are flagged as key; all of them under FULL.
  public var keyColumns: [String] { columns.filter(\.isKey).map(\.name) }
}

extension RelationShape: Hashable {
  /// Equal if OID, name, replica identity and all columns are, in order.
  public static func == (lhs: RelationShape, rhs: RelationShape) -> Bool {
    lhs.oid == rhs.oid && lhs.replicaIdentity == rhs.replicaIdentity && lhs.name.isSameName(as: rhs.name)
      && lhs.columns == rhs.columns
  }

  /// Hashes the parts that `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(oid)
    hasher.combine(NameKey(name.schema))
    hasher.combine(NameKey(name.name))
    hasher.combine(replicaIdentity)
    hasher.combine(columns)
  }
}
