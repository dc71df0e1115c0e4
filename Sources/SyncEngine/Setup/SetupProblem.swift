/// Something that setup found: what is wrong, why it matters, and the exact words that put it right.
public struct SetupProblem: Hashable, Sendable {
  /// How much it weighs.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The command was not used properly (exit code 64).
    case usage
    /// Nothing can work like this: a server, a privilege, a setting (exit code 1).
    case failure
    /// A table's schemas do not fit (exit code 2).
    case blocked
    /// It works, and something will not be as one might think.
    case warning
    /// Worth saying once.
    case note
  }

  /// Where the statements of ``fix`` have to run.
  public enum Place: String, Hashable, Sendable {
    /// On the source database.
    case source
    /// On the target database.
    case target
    /// In a shell, or in the configuration.
    case command
  }

  /// How much it weighs.
  public var kind: Kind
  /// What is wrong, in one sentence without a full stop.
  public var what: String
  /// What would come of it, in one sentence without a full stop; empty if that is plain.
  public var why: String
  /// Where ``fix`` has to run.
  public var place: Place
  /// What to do, in words, where ``fix`` does not say it all.
  public var advice: String?
  /// Statements or commands, ready to run.
  public var fix: [String]

  /// Puts a problem together.
  public init(
    _ kind: Kind, _ what: String, why: String = "", on place: Place, advice: String? = nil, fix: [String] = []
  ) {
    self.kind = kind
    self.what = what
    self.why = why
    self.place = place
    self.advice = advice
    self.fix = fix
  }

  /// True if setup cannot go on.
  public var isFatal: Bool { kind == .usage || kind == .failure || kind == .blocked }

  /// The problem as lines for an operator.
  public var lines: [String] {
    let mark =
      switch kind {
      case .usage, .failure, .blocked: "[ERROR]"
      case .warning: "[WARN]"
      case .note: "[INFO]"
      }
    var lines = ["\(mark) \(what)"]
    if !why.isEmpty { lines.append("  \(why)") }
    if let advice { lines.append("  \(advice)") }
    if !fix.isEmpty {
      switch place {
      case .source: lines.append("  Run on the source:")
      case .target: lines.append("  Run on the target:")
      case .command: lines.append("  Run:")
      }
      lines += fix.map { "    " + $0 }
    }
    return lines
  }
}

extension SetupProblem: CustomStringConvertible {
  /// ``lines`` in one text.
  public var description: String { lines.joined(separator: "\n") }
}
