import PostgresTypes

/// `AT TIME ZONE` with the declared zone.
struct TimeZoneClause {
  private let zone: String

  init(_ zone: String) { self.zone = zone }

  /// The expression, read in or turned to the zone.
  func applied(to expression: String) -> String { expression + " AT TIME ZONE " + SQLLiteral.afterSpace(zone) }
}
