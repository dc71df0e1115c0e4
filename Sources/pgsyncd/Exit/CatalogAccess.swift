import LibPQ
import PostgresTypes
import SyncEngine

/// Work on the catalog that says which GRANT is missing when the role may not do it.
enum CatalogAccess {
  /// What a command does in the catalog.
  enum Purpose {
    /// It reads.
    case reading
    /// It writes a request down.
    case requesting

    /// The privileges that it takes.
    fileprivate func grants(to role: String) -> [String] {
      let reading = [
        "GRANT USAGE ON SCHEMA pgsyncd TO \(role);", "GRANT SELECT ON ALL TABLES IN SCHEMA pgsyncd TO \(role);",
      ]
      switch self {
      case .reading: return reading
      case .requesting: return reading + ["GRANT INSERT ON pgsyncd.requests TO \(role);"]
      }
    }
  }

  /// Does the work; a refusal for lack of privileges becomes a failure with the statements that grant them.
  static func `for`<Value>(_ purpose: Purpose, on target: PostgresConnection, _ work: () throws -> Value) throws
    -> Value
  {
    do {
      return try work()
    } catch {
      guard let refusal = refusal(error), refusal.sqlState == .insufficientPrivilege, let role = role(target) else {
        throw error
      }
      var failure = CommandFailure(postgres: refusal)
      failure.hint = "run on the target: " + purpose.grants(to: role).joined(separator: " ")
      throw failure
    }
  }

  private static func refusal(_ error: any Error) -> PostgresError? {
    switch error {
    case let error as PostgresError: error
    case CatalogError.postgres(let error): error
    default: nil
    }
  }

  /// The role as SQL writes it; nil if the connection cannot tell any more.
  private static func role(_ target: PostgresConnection) -> String? {
    // Without an answer the refusal itself is what there is to report.
    try? target.query("SELECT quote_ident(current_user)")[0, 0]
  }
}
