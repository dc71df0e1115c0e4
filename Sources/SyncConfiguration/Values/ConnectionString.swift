/// How to reach a server: a libpq URI or key-value string, as the user gave it.
///
/// It may hold a password, so it never shows its text by itself: not in a description, not in a dump.
public struct ConnectionString: Hashable, Sendable {
  /// The text for libpq. Keep it away from logs and messages.
  public let secretText: String
  /// Where it was given.
  public let origin: SettingOrigin

  /// Wraps a text that was given at `origin`.
  public init(secretText: String, origin: SettingOrigin) {
    self.secretText = secretText
    self.origin = origin
  }
}

extension ConnectionString: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Says that there is one, and nothing of it.
  public var description: String { "(connection string, \(origin))" }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// Has no children, so that `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
