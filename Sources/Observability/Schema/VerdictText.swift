import SchemaDrift

/// The text form of a verdict: what was found, what it would have cost, and what to do with the SQL ready to run.
public struct VerdictText: Sendable {
  private let verdict: CompatibilityVerdict
  private let style: TerminalStyle
  private let isSetUp: Bool

  /// Prepares to show a verdict in a style.
  ///
  /// - Parameter isSetUp: true if the pipeline has the table already.
  public init(_ verdict: CompatibilityVerdict, isSetUp: Bool, style: TerminalStyle) {
    self.verdict = verdict
    self.isSetUp = isSetUp
    self.style = style
  }

  /// The lines, in a box on a terminal; none if nothing was found.
  public var lines: [String] {
    let message = verdict.messageLines(isSetUp: isSetUp)
    return message.isEmpty ? [] : MessageBox.lines(message, color: verdict.outcome.color, style: style)
  }
}

extension CompatibilityVerdict {
  /// The message line by line. A table that the pipeline does not have yet is neither stopped nor can it be resumed:
  /// what follows the fix is another setup.
  public func messageLines(isSetUp: Bool) -> [String] {
    guard !isSetUp, outcome == .blocked else { return messageLines }
    var message = message
    message.actions.removeAll { action in
      !action.commands.isEmpty && action.commands.allSatisfy { $0.hasPrefix("pgsyncd resume") }
    }
    message.actions.append(Finding.Action("Then set the pipeline up", commands: ["pgsyncd setup"]))
    message.whereToLook.removeAll { $0.hasPrefix("pgsyncd status") }
    return message.lines
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
