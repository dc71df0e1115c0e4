import PostgresTypes

/// `AT TIME ZONE` with the declared zone.
struct TimeZoneClause {
  /// The words before the zone.
  static let keyword = " AT TIME ZONE "

  private let zone: String

  init(_ zone: String) { self.zone = zone }

  /// The expression, read in or turned to the zone.
  func applied(to expression: String) -> String { expression + Self.keyword + SQLLiteral.afterSpace(zone) }
}
