/// How much a finding weighs.
public enum FindingSeverity: String, Hashable, Sendable, Codable, CaseIterable {
  /// Worth saying; changes nothing.
  case info
  /// The table goes on; something may need attention.
  case warning
  /// The table stops.
  case blocked
}

extension FindingSeverity: Comparable {
  /// Ordered by weight.
  public static func < (lhs: FindingSeverity, rhs: FindingSeverity) -> Bool { lhs.weight < rhs.weight }

  private var weight: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .blocked: 2
    }
  }

  /// The mark that a message of this weight begins with.
  var mark: String {
    switch self {
    case .info: "[INFO]"
    case .warning: "[WARN]"
    case .blocked: "[ERROR]"
    }
  }
}
