import LibPQ

extension PostgresError {
  /// A result that does not have the form that the statement asked for: another product behind the same protocol, or
  /// a catalog that somebody changed by hand.
  static func unexpectedResult(_ what: String) -> PostgresError {
    PostgresError(kind: .server, message: "unexpected result: \(what)", endpoint: "")
  }
}
