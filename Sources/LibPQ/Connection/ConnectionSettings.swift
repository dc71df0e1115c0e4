/// How to reach a database: what a libpq URI or key-value string says, and nothing more.
///
/// What it leaves out comes from libpq's own sources when a connection is opened: environment, service file and
/// `.pgpass`. Its description never shows a password.
public struct ConnectionSettings: Sendable, Equatable {
  /// Parameter keywords (libpq-paramkeywords) and their values, as far as they were given.
  private(set) var values: [String: String]

  /// Reads a URI (`postgresql://…`, `postgres://…`) or a key-value string (`host=… dbname=…`).
  ///
  /// Throws an error of kind ``PostgresError/Kind/usage`` if it is malformed. The message never quotes what was
  /// given, because any part of a malformed string may be part of a password.
  public init(_ conninfo: String) throws(PostgresError) {
    values = try ConninfoParser.values(in: conninfo)
  }

  /// The same settings with one parameter changed; an unknown keyword is refused when a connection is opened.
  public func setting(_ key: String, _ value: String) -> ConnectionSettings {
    var changed = self
    changed.values[key] = value
    return changed
  }

  /// A parameter that was given; nil if it was not given or is secret.
  public func value(of key: String) -> String? {
    Self.secretKeywords.contains(key) ? nil : values[key]
  }

  /// The parameters whose values must never be shown.
  static let secretKeywords: Set<String> = ["password", "sslpassword"]
}

extension ConnectionSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The endpoint, `host:port/database`, with libpq's environment, service and defaults taken into account.
  public var description: String { EffectiveSettings(self).endpoint }

  /// The same as ``description``.
  public var debugDescription: String { description }

  /// Hides the stored values from `dump` and from interpolation of enclosing values.
  public var customMirror: Mirror { Mirror(self, children: ["endpoint": description]) }
}
