import SchemaDrift

/// The text form of a verdict: what was found, what it would have cost, and what to do with the SQL ready to run.
public struct VerdictText: Sendable {
  private let verdict: CompatibilityVerdict
  private let style: TerminalStyle

  /// Prepares to show a verdict in a style.
  public init(_ verdict: CompatibilityVerdict, style: TerminalStyle) {
    self.verdict = verdict
    self.style = style
  }

  /// The lines, in a box on a terminal; none if nothing was found.
  public var lines: [String] {
    let message = verdict.messageLines
    return message.isEmpty ? [] : MessageBox.lines(message, color: verdict.outcome.color, style: style)
  }
}

extension CompatibilityVerdict.Outcome {
  /// The colour that tells it at a glance.
  public var color: TextColor {
    switch self {
    case .compatible: .green
    case .warning: .yellow
    case .blocked: .red
    }
  }
}
