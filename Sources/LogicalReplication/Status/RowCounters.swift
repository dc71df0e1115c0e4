/// What was done to a table on the target since the pipeline began.
public struct RowCounters: Codable, Hashable, Sendable {
  /// Rows that came with a copy.
  public var copied: Int64 = 0
  /// INSERTs applied.
  public var inserted: Int64 = 0
  /// UPDATEs applied.
  public var updated: Int64 = 0
  /// DELETEs applied.
  public var deleted: Int64 = 0
  /// TRUNCATEs applied.
  public var truncates: Int64 = 0
  /// INSERTs that found their key taken and overwrote that row.
  public var insertExists: Int64 = 0
  /// UPDATEs and DELETEs that found no row.
  public var rowMissing: Int64 = 0

  /// Makes counters that stand at zero.
  public init() {}

  /// Changes of single rows that came with the stream.
  public var rowsApplied: Int64 { inserted + updated + deleted }

  private enum CodingKeys: String, CodingKey {
    case copied, inserted, updated, deleted, truncates
    case insertExists = "insert_exists"
    case rowMissing = "row_missing"
  }
}
