import SchemaDrift

/// The text form of ``AlignmentReport``: SQL that psql can run, everything else as comments.
public struct AlignmentReportText: Sendable {
  private let report: AlignmentReport
  private let style: TerminalStyle

  /// Prepares to show a report in a style.
  public init(_ report: AlignmentReport, style: TerminalStyle) {
    self.report = report
    self.style = style
  }

  /// All lines.
  public var lines: [String] {
    var lines: [String] = []
    for table in report.tables where table.isChanged || table.isUnresolved || !table.later.isEmpty {
      lines += self.lines(of: table) + [""]
    }
    return lines + [summary]
  }

  private func lines(of table: AlignmentReport.Table) -> [String] {
    let outcome = style.colored(table.outcome.rawValue.replacing("_", with: " "), table.outcome.color)
    var lines = ["-- \(DisplayText.harmless(table.name.sql)): \(outcome)"]
    lines += table.explanation.map { "--   " + DisplayText.harmless($0) }
    lines += table.labels.map(line)
    if !table.statements.isEmpty { lines += ["BEGIN;"] + table.statements.map(line) + ["COMMIT;"] }
    if !table.later.isEmpty {
      lines.append("-- when the table has caught up and every row has its value:")
      lines += table.later.map { "--   " + DisplayText.harmless($0.sql) }
    }
    if !table.plan.withheld.isEmpty {
      lines.append("-- left out, because it drops a column (--allow-drop):")
      lines += table.plan.withheld.map { "--   " + DisplayText.harmless($0.sql) }
    }
    for finding in table.plan.unresolved {
      lines.append("-- no statement mends this: \(DisplayText.harmless(finding.error))")
      for action in finding.alternatives {
        lines.append("--   \(DisplayText.harmless(action.text))\(action.commands.isEmpty ? "" : ":")")
        lines += action.commands.map { "--     " + DisplayText.harmless($0) }
      }
    }
    if table.isStopped, table.isChanged, table.outcome == .planned || table.outcome == .applied {
      lines.append("-- then: pgsyncd resume --table \(ShellWord.quoted(table.name.sql))")
    }
    return lines
  }

  private func line(_ statement: AlignmentPlan.Statement) -> String {
    let hazards = statement.hazards.filter { $0 != .locksTable }.map { $0.rawValue.replacing("_", with: " ") }
    // What psql is given must be the statement itself; a terminal must not obey what stands in it.
    let sql = style.width == nil ? statement.sql : DisplayText.harmless(statement.sql)
    return sql + (hazards.isEmpty ? "" : "  -- " + hazards.joined(separator: ", "))
  }

  private var summary: String {
    let words = [
      (report.count(.applied), "aligned"), (report.count(.planned), "to align"),
      (report.count(.nothingToDo), "with nothing to do"), (report.count(.moved), "changed meanwhile"),
      (report.count(.failed), "failed"),
    ]
    let parts = words.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let unresolved = report.tables.count(where: \.isUnresolved)
    return "-- \(Quantity.count(Int64(report.tables.count), "table")): \(parts.joined(separator: ", "))"
      + (unresolved > 0 ? "; \(unresolved) with differences that are left" : "")
  }
}

extension AlignmentReport.Outcome {
  fileprivate var color: TextColor {
    switch self {
    case .planned: .cyan
    case .applied, .nothingToDo: .green
    case .moved: .yellow
    case .failed: .red
    }
  }
}
