/// Server settings that a session gets right after it was opened, whatever the role, the database or the user's
/// environment say: how values are written as text must not depend on where pgsyncd runs.
public struct SessionOptions: Sendable {
  /// Names and values in the order in which they are set; a later one wins.
  public var settings: [(name: String, value: String)]

  /// Wraps a list of settings.
  public init(settings: [(name: String, value: String)]) { self.settings = settings }

  /// What every session of pgsyncd has: ISO dates in UTC, floats that read back exactly, UTF-8, an empty search path
  /// so that only qualified names resolve, and no time-outs of the server's own.
  public static let pinned = SessionOptions(settings: [
    ("TimeZone", "UTC"),
    ("DateStyle", "ISO, MDY"),
    ("IntervalStyle", "postgres"),
    ("extra_float_digits", "3"),
    ("client_encoding", "UTF8"),
    ("standard_conforming_strings", "on"),
    ("search_path", ""),
    ("statement_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
    ("idle_session_timeout", "0"),
    ("bytea_output", "hex"),
    ("xmloption", "content"),
  ])

  /// Nothing is set: the session is as the server, the role and the database want it.
  public static let unchanged = SessionOptions(settings: [])

  /// These settings and then others.
  public func adding(_ more: [(name: String, value: String)]) -> SessionOptions {
    SessionOptions(settings: settings + more)
  }

  /// These settings and one more.
  public func adding(_ name: String, _ value: String) -> SessionOptions {
    adding([(name, value)])
  }
}
