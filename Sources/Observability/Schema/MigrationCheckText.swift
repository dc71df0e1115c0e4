import SchemaDrift

/// The text form of ``MigrationCheckReport``.
public struct MigrationCheckText: Sendable {
  private let report: MigrationCheckReport
  private let style: TerminalStyle

  /// Prepares to show a report in a style.
  public init(_ report: MigrationCheckReport, style: TerminalStyle) {
    self.report = report
    self.style = style
  }

  /// All lines.
  public var lines: [String] {
    var lines: [String] = []
    if report.tables.isEmpty {
      lines.append("The migration touches no replicated table.")
    } else {
      var table = TextTable([("TABLE", .left), ("OUTCOME", .left), ("ORDER", .left), ("WHY", .left)])
      for checked in report.tables {
        table.add([
          .init(checked.name.sql), .init(Self.words(checked.outcome.rawValue), checked.outcome.color),
          .init(Self.words(checked.order.rawValue)),
          .init(checked.verdict?.error ?? checked.staleColumns.first?.reason ?? checked.notes.first ?? "-"),
        ])
      }
      lines += table.lines(style) + [""]
      for checked in report.tables { lines += details(checked) }
      lines += ["A safe order:"] + report.steps.map { "  " + DisplayText.harmless($0) } + [""]
    }
    for name in report.created {
      lines.append(
        "Creates \(DisplayText.harmless(name.sql)): once it is in the publication, new_tables says what becomes of it "
          + "(\(report.newTables.rawValue)).")
    }
    if !report.notReproduced.isEmpty {
      lines.append("The copies lack: " + report.notReproduced.map(DisplayText.harmless).joined(separator: ", "))
    }
    lines.append(
      "\(Quantity.count(Int64(report.tables.count), "table")) touched: \(report.count(.goOn)) would go on, "
        + "\(report.count(.autoMigrate)) would be migrated, \(report.count(.needsBackfill)) would need a backfill, "
        + "\(report.count(.stop)) would stop; \(report.untouchedCount) untouched")
    return lines
  }

  private func details(_ table: CheckedTable) -> [String] {
    var lines: [String] = []
    if let verdict = table.verdict, verdict.outcome == .blocked {
      lines += verdict.decisiveFindings.flatMap { [$0.headline] + $0.lines.filter { !$0.hasPrefix("Sync STOPPED") } }
      if !table.fix.isEmpty { lines += ["Fix on the target:"] + table.fix.map { "  " + $0 } }
    }
    lines += table.staleColumns.map { "Needs a backfill: " + $0.reason } + table.notes.map { "Note: " + $0 }
    guard !lines.isEmpty else { return [] }
    return MessageBox.lines([table.name.sql] + lines, color: table.outcome.color, style: style) + [""]
  }

  private static func words(_ code: String) -> String { code.replacing("_", with: " ") }
}

extension CheckedTable.Outcome {
  fileprivate var color: TextColor {
    switch self {
    case .stop: .red
    case .needsBackfill: .yellow
    case .autoMigrate: .cyan
    case .goOn: .green
    }
  }
}
