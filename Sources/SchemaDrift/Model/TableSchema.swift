import PostgresTypes

/// A table as one server has it, at one moment.
///
/// Equality is Swift's and therefore takes canonically equivalent names for the same; compare
/// ``SchemaFingerprint``s where bytes matter.
public struct TableSchema: Hashable, Sendable {
  /// The table's OID on its own server.
  public var oid: OID
  /// Schema and name.
  public var name: QualifiedName
  /// What sort of relation it is.
  public var kind: TableKind
  /// The live columns in attribute order, generated ones included.
  public var columns: [ColumnSchema]
  /// The unique indexes, primary key included.
  public var keys: [KeySchema]
  /// The primary key's columns in key order; empty if there is none.
  public var primaryKey: [String]
  /// What UPDATE and DELETE send of the old row.
  public var replicaIdentity: ReplicaIdentity
  /// The columns that the replica identity sends; all columns for `full`, none if there is nothing to send.
  public var identityColumns: [String]
  /// The columns that the publication sends, if they are not simply all that are not generated: a column list, or
  /// generated columns published by PostgreSQL 18.
  public var publishedColumns: [String]?
  /// The publication's row filter.
  public var rowFilter: String?
  /// `relfilenode`; another number means that the rows were rewritten. 0 for partitioned tables and when unknown.
  public var relationFileNode: UInt32
  /// Triggers that fire even under `session_replication_role = replica` (ENABLE ALWAYS or REPLICA), internal ones
  /// left out.
  public var firingTriggers: [String]
  /// The foreign keys that this table has.
  public var foreignKeys: [ForeignKey]
  /// True if row security would apply to the role that read the catalog.
  public var rowSecurityApplies: Bool
  /// `pg_get_partkeydef` of a partitioned table: `RANGE (created_at)`.
  public var partitionKey: String?
  /// The partitions of a partitioned table, each after its parent.
  public var partitions: [TablePartition]
  /// The check and exclusion constraints. These three lists are read anew whenever they are needed and are never stored.
  public var constraints: [TableConstraint] = []
  /// The indexes that belong to no constraint.
  public var indexes: [TableIndex] = []
  /// The views that use the table's columns.
  public var dependentViews: [DependentView] = []
  /// How much of all this is known.
  public var catalogCompleteness: CatalogCompleteness

  /// Puts a table together; what is not given is absent.
  public init(
    oid: OID, name: QualifiedName, kind: TableKind = .ordinary, columns: [ColumnSchema], keys: [KeySchema] = [],
    primaryKey: [String] = [], replicaIdentity: ReplicaIdentity = .default, identityColumns: [String] = [],
    publishedColumns: [String]? = nil, rowFilter: String? = nil, relationFileNode: UInt32 = 0,
    firingTriggers: [String] = [], foreignKeys: [ForeignKey] = [], rowSecurityApplies: Bool = false,
    partitionKey: String? = nil, partitions: [TablePartition] = [],
    catalogCompleteness: CatalogCompleteness = .catalog
  ) {
    self.oid = oid
    self.name = name
    self.kind = kind
    self.columns = columns
    self.keys = keys
    self.primaryKey = primaryKey
    self.replicaIdentity = replicaIdentity
    self.identityColumns = identityColumns
    self.publishedColumns = publishedColumns
    self.rowFilter = rowFilter
    self.relationFileNode = relationFileNode
    self.firingTriggers = firingTriggers
    self.foreignKeys = foreignKeys
    self.rowSecurityApplies = rowSecurityApplies
    self.partitionKey = partitionKey
    self.partitions = partitions
    self.catalogCompleteness = catalogCompleteness
  }
}

extension TableSchema {
  /// The column of that name, matched byte by byte.
  public func column(named name: String) -> ColumnSchema? { columns.first { $0.name.isSameName(as: name) } }

  /// The column with that attribute number; nil for 0, which means unknown.
  public func column(numbered attributeNumber: Int16) -> ColumnSchema? {
    attributeNumber == 0 ? nil : columns.first { $0.attributeNumber == attributeNumber }
  }

  /// The columns whose values are in the stream and in the copy, in attribute order: the published ones, or all that
  /// are not generated.
  public var carriedColumns: [ColumnSchema] {
    guard let publishedColumns else { return columns.filter { $0.generated == nil } }
    let published = Set(publishedColumns.map(NameKey.init))
    return columns.filter { published.contains(NameKey($0.name)) }
  }
}
