/// Whether a process does its work, and what there is to say of it.
public enum Readiness: Hashable, Sendable {
  /// It does.
  case ready(String)
  /// It does not.
  case notReady(String)

  /// True if it does.
  public var isReady: Bool {
    switch self {
    case .ready: true
    case .notReady: false
    }
  }

  /// What there is to say, in a sentence or two.
  public var explanation: String {
    switch self {
    case .ready(let text), .notReady(let text): text
    }
  }
}
