import PostgresTypes

/// What an operator is shown of a verdict: what is wrong, what it would have cost, what to do with the statements ready
/// to run, and where to look. The parts stand alone, so that a terminal can draw a box and a JSON log can name them.
public struct DriftMessage: Hashable, Sendable {
  /// One block a finding: its first line and the lines below.
  public var blocks: [[String]]
  /// What going on would have cost; one sentence each.
  public var impact: [String]
  /// Remarks on the judgement itself and on rows that the fix does not reach.
  public var notes: [String]
  /// What the operator can do, best first.
  public var actions: [Finding.Action]
  /// Commands that show more.
  public var whereToLook: [String]

  /// The message line by line, as it stands in a log or a terminal without a box.
  public var lines: [String] {
    var lines = blocks.enumerated().flatMap { ($0.offset == 0 ? [] : [""]) + $0.element }
    lines += labelled("Impact: ", impact) + labelled("Note: ", notes)
    if !actions.isEmpty { lines.append("What to do:") }
    for (number, action) in actions.enumerated() {
      lines.append("  \(number + 1). \(action.text)\(action.commands.isEmpty ? "." : ":")")
      lines += action.commands.map { "       " + $0 }
    }
    return lines + labelled("Where to look: ", whereToLook)
  }

  private func labelled(_ label: String, _ texts: [String]) -> [String] {
    let indent = String(repeating: " ", count: label.count)
    return texts.enumerated().map { ($0.offset == 0 ? label : indent) + $0.element }
  }
}

extension CompatibilityVerdict {
  /// What an operator is shown. Empty if nothing was found.
  public var message: DriftMessage {
    let decisive = decisiveFindings
    let isStop = decisive.first?.severity == .blocked
    let table = DisplayName.shellWord(table.sql)
    let resume = "pgsyncd resume --table \(table)"
    var notes = decisive.compactMap(\.backfillReason) + decisive.flatMap(\.hazards)
    if isFromWireOnly, isStop {
      notes.append(
        "The source's catalog is ahead of the stream; this was judged by the stream alone. "
          + "The statements may lack defaults and NOT NULL.")
    }
    var actions: [Finding.Action] = []
    if !fix.isEmpty {
      var prepared: Set<Finding.Action> = []
      actions += decisive.flatMap(\.preparations).filter { prepared.insert($0).inserted }
      actions.append(Finding.Action("Run this on the target", commands: fix))
      if isStop { actions.append(Finding.Action("Then let the table go on", commands: [resume])) }
    } else if isStop, decisive.allSatisfy(\.alternatives.isEmpty) {
      actions.append(Finding.Action("When it is resolved, let the table go on", commands: [resume]))
    }
    if !fixAfterResume.isEmpty {
      actions.append(
        Finding.Action("When the table has caught up and every row has its value", commands: fixAfterResume))
    }
    var seen = Set(actions)
    actions += decisive.flatMap(\.alternatives).filter { seen.insert($0).inserted }
    return DriftMessage(
      blocks: findings.map { [$0.headline] + $0.lines },
      impact: isStop || decisive.first?.severity == .warning ? Self.distinct(decisive.map(\.impact)) : [],
      notes: Self.distinct(notes), actions: actions,
      whereToLook: isStop ? ["pgsyncd status --table \(table)", "pgsyncd schema diff --table \(table)"] : [])
  }

  /// The message line by line. Empty if nothing was found.
  public var messageLines: [String] { message.lines }

  private static func distinct(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}
