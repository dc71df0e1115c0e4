import PostgresTypes

/// A row whose value does not survive the way to the target and back, under a policy that lets only exact values pass.
/// The unit that it was in has been taken back; read again, its table stops at this very row.
struct RowRefusal: Error {
  /// The table, by its OID on the source.
  var table: OID
  /// The commit position of the row's transaction.
  var transaction: LSN
  /// The change's place in its transaction, from 1.
  var ordinal: Int
  /// The source column that holds the value.
  var column: String
  /// The row's key, for `status` alone.
  var row: String?
}
