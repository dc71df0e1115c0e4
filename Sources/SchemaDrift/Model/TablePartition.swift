import PostgresTypes

/// One partition below a partitioned table, at any depth.
public struct TablePartition: Hashable, Sendable, Codable {
  /// The partition's name.
  public var name: QualifiedName
  /// The table it is a partition of.
  public var parent: QualifiedName
  /// Its bound as `pg_get_expr(relpartbound, oid)` prints it: `FOR VALUES FROM (1) TO (10)`, `DEFAULT`.
  public var bound: String
  /// `pg_get_partkeydef` if it is partitioned itself: `RANGE (created_at)`.
  public var partitionKey: String?
  /// The partition's OID on its own server; nil if it is not known.
  public var oid: OID?
  /// `relfilenode`; another number means that the partition was rewritten or truncated. 0 when unknown.
  public var relationFileNode: UInt32?
  /// True if the partition was a table before it became one: rows that it had then were never sent.
  public var wasAttached: Bool?

  /// Puts a partition together.
  public init(
    name: QualifiedName, parent: QualifiedName, bound: String, partitionKey: String? = nil, oid: OID? = nil,
    relationFileNode: UInt32? = nil, wasAttached: Bool? = nil
  ) {
    self.name = name
    self.parent = parent
    self.bound = bound
    self.partitionKey = partitionKey
    self.oid = oid
    self.relationFileNode = relationFileNode
    self.wasAttached = wasAttached
  }

  private enum CodingKeys: String, CodingKey {
    case name, parent, bound, oid
    case relationFileNode = "relfilenode"
    case wasAttached = "attached"
    case partitionKey = "partition_key"
  }
}
