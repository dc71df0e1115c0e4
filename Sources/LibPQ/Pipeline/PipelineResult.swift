/// What became of one thing that was sent in pipeline mode.
public enum PipelineResult {
  /// A statement or a preparation succeeded. The result is there if it returned rows or could have.
  case command(rowsAffected: Int, QueryResult?)
  /// A synchronisation point was reached: everything before it has its result.
  case sync
  /// A statement was not run because an earlier one failed since the last synchronisation point.
  case aborted
  // Boxed, so that the queue of results that nobody has taken yet is not as wide as an error.
  /// A statement failed; what follows it is aborted up to the next synchronisation point.
  indirect case error(PostgresError)
  /// Nothing that was sent lacks its result.
  case none
}
