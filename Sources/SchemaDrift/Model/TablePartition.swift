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

  /// Puts a partition together.
  public init(name: QualifiedName, parent: QualifiedName, bound: String, partitionKey: String? = nil) {
    self.name = name
    self.parent = parent
    self.bound = bound
    self.partitionKey = partitionKey
  }

  private enum CodingKeys: String, CodingKey {
    case name, parent, bound
    case partitionKey = "partition_key"
  }
}
