import LibPQ
import PostgresTypes

/// The target refused something while a unit of work was written; nothing of the unit has been committed.
struct ApplyFailure: Error {
  /// The table (by its OID on the source) whose statement it was; nil for a statement that concerns no table.
  var table: OID?
  /// What the target said.
  var error: PostgresError
}
