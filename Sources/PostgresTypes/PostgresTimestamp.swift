/// A moment as the server counts it: microseconds since 2000-01-01 00:00:00 UTC (`TimestampTz`, datatype/timestamp.h).
public struct PostgresTimestamp: RawRepresentable, Hashable, Comparable, Sendable, Codable {
  /// Microseconds since 2000-01-01 00:00:00 UTC.
  public var rawValue: Int64

  /// Makes a moment from its count of microseconds.
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// Seconds between the Unix epoch and PostgreSQL's.
  public static let epochOffsetSeconds: Int64 = 946_684_800

  /// Makes a moment from microseconds since 1970-01-01 00:00:00 UTC.
  public init(unixMicroseconds: Int64) {
    rawValue = unixMicroseconds - Self.epochOffsetSeconds * 1_000_000
  }

  /// Microseconds since 1970-01-01 00:00:00 UTC, clamped at the ends of `Int64`.
  public var unixMicroseconds: Int64 {
    let (sum, overflow) = rawValue.addingReportingOverflow(Self.epochOffsetSeconds * 1_000_000)
    return overflow ? Int64.max : sum
  }

  /// Ordered in time.
  public static func < (lhs: PostgresTimestamp, rhs: PostgresTimestamp) -> Bool { lhs.rawValue < rhs.rawValue }
}
