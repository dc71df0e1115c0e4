import PostgresTypes

extension TableSchema: Codable {
  private enum CodingKeys: String, CodingKey {
    case version, oid, schema, name, kind, columns, keys, partitions
    case primaryKey = "primary_key"
    case replicaIdentity = "replica_identity"
    case identityColumns = "identity_columns"
    case publishedColumns = "published_columns"
    case rowFilter = "row_filter"
    case relationFileNode = "relfilenode"
    case firingTriggers = "firing_triggers"
    case foreignKeys = "foreign_keys"
    case rowSecurityApplies = "row_security_applies"
    case partitionKey = "partition_key"
    case catalogCompleteness = "completeness"
  }

  /// The version of the stored form. Raise it when a reader of the old form would misunderstand the new one; members
  /// that are merely added need no new version.
  private static let storedVersion = 1

  /// Writes the form that is stored in `pgsyncd.tables.source_schema`: an object with `version` (1), `oid`, `schema`,
  /// `name`, `kind`, `columns`, `replica_identity`, `completeness`, and the other members only where they are not
  /// empty. Lists keep their order; `kind`, `replica_identity` are PostgreSQL's own letters.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(Self.storedVersion, forKey: .version)
    try object.encode(oid, forKey: .oid)
    try object.encode(name.schema, forKey: .schema)
    try object.encode(name.name, forKey: .name)
    try object.encode(kind, forKey: .kind)
    try object.encode(columns, forKey: .columns)
    if !keys.isEmpty { try object.encode(keys, forKey: .keys) }
    if !primaryKey.isEmpty { try object.encode(primaryKey, forKey: .primaryKey) }
    try object.encode(replicaIdentity, forKey: .replicaIdentity)
    if !identityColumns.isEmpty { try object.encode(identityColumns, forKey: .identityColumns) }
    try object.encodeIfPresent(publishedColumns, forKey: .publishedColumns)
    try object.encodeIfPresent(rowFilter, forKey: .rowFilter)
    if relationFileNode != 0 { try object.encode(relationFileNode, forKey: .relationFileNode) }
    if !firingTriggers.isEmpty { try object.encode(firingTriggers, forKey: .firingTriggers) }
    if !foreignKeys.isEmpty { try object.encode(foreignKeys, forKey: .foreignKeys) }
    if rowSecurityApplies { try object.encode(rowSecurityApplies, forKey: .rowSecurityApplies) }
    try object.encodeIfPresent(partitionKey, forKey: .partitionKey)
    if !partitions.isEmpty { try object.encode(partitions, forKey: .partitions) }
    try object.encode(catalogCompleteness, forKey: .catalogCompleteness)
  }

  /// Reads what `encode(to:)` writes; a `version` that is newer than this code is refused.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: CodingKeys.self)
    let version = try object.decode(Int.self, forKey: .version)
    guard version <= Self.storedVersion else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: object,
        debugDescription: "The stored table has version \(version); this pgsyncd reads up to \(Self.storedVersion).")
    }
    let schema = try object.decode(String.self, forKey: .schema)
    self.init(
      oid: try object.decode(OID.self, forKey: .oid),
      name: QualifiedName(schema: schema, name: try object.decode(String.self, forKey: .name)),
      kind: try object.decode(TableKind.self, forKey: .kind),
      columns: try object.decode([ColumnSchema].self, forKey: .columns),
      keys: try object.decodeIfPresent([KeySchema].self, forKey: .keys) ?? [],
      primaryKey: try object.decodeIfPresent([String].self, forKey: .primaryKey) ?? [],
      replicaIdentity: try object.decode(ReplicaIdentity.self, forKey: .replicaIdentity),
      identityColumns: try object.decodeIfPresent([String].self, forKey: .identityColumns) ?? [],
      publishedColumns: try object.decodeIfPresent([String].self, forKey: .publishedColumns),
      rowFilter: try object.decodeIfPresent(String.self, forKey: .rowFilter),
      relationFileNode: try object.decodeIfPresent(UInt32.self, forKey: .relationFileNode) ?? 0,
      firingTriggers: try object.decodeIfPresent([String].self, forKey: .firingTriggers) ?? [],
      foreignKeys: try object.decodeIfPresent([ForeignKey].self, forKey: .foreignKeys) ?? [],
      rowSecurityApplies: try object.decodeIfPresent(Bool.self, forKey: .rowSecurityApplies) ?? false,
      partitionKey: try object.decodeIfPresent(String.self, forKey: .partitionKey),
      partitions: try object.decodeIfPresent([TablePartition].self, forKey: .partitions) ?? [],
      catalogCompleteness: try object.decode(CatalogCompleteness.self, forKey: .catalogCompleteness))
  }
}
