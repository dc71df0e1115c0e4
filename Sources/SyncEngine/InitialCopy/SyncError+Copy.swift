import LibPQ
import PostgresTypes

extension SyncError {
  /// Runs statements; says what they were for if one fails.
  static func during<Value>(
    _ what: String, _ body: () throws(PostgresError) -> Value
  ) throws(SyncError) -> Value {
    do { return try body() } catch { throw .postgres(error, during: what) }
  }

  /// Reading or writing a table failed.
  ///
  /// - Parameters:
  ///   - grant: what to grant if the role lacks the right: `SELECT ON TABLE public.users`.
  ///   - side: `source` or `target`.
  static func copying(_ table: QualifiedName, _ error: PostgresError, grant: String, side: String) -> SyncError {
    let what = "copying \(table)"
    guard error.sqlState == .insufficientPrivilege, error.kind == .server else {
      return .postgres(error, during: what)
    }
    return .refused(
      what: what + " failed", why: error.description,
      fix: "on the \(side), as the table's owner: GRANT \(grant) TO the role that pgsyncd connects as; row security "
        + "must not apply to that role (ALTER ROLE … BYPASSRLS)")
  }
}
