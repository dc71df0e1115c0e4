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
  /// Rows that were written without a value that they have on the source, because an override leaves the column out.
  public var columnMismatch: Int64 = 0
  /// Changes that were left out because a value did not fit, and the operator let the transaction go.
  public var castError: Int64 = 0
  /// Changes that were left out because a constraint refused them, and the operator let the transaction go.
  public var constraintViolation: Int64 = 0

  /// Makes counters that stand at zero.
  public init() {}

  /// Changes of single rows that came with the stream.
  public var rowsApplied: Int64 { inserted + updated + deleted }

  private enum CodingKeys: String, CodingKey {
    case copied, inserted, updated, deleted, truncates
    case insertExists = "insert_exists"
    case rowMissing = "row_missing"
    case columnMismatch = "column_mismatch"
    case castError = "cast_error"
    case constraintViolation = "constraint_violation"
  }
}
