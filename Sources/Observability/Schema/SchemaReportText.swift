import SchemaDrift

/// The text form of ``SchemaReport``: a line a table, then what is wrong with which, a summary and what to do.
public struct SchemaReportText: Sendable {
  private let report: SchemaReport
  private let style: TerminalStyle

  /// Prepares to show a report in a style.
  public init(_ report: SchemaReport, style: TerminalStyle) {
    self.report = report
    self.style = style
  }

  /// All lines.
  public var lines: [String] {
    guard !report.verdicts.isEmpty else { return ["No tables."] }
    var table = TextTable([("TABLE", .left), ("VERDICT", .left), ("FINDINGS", .left)])
    for verdict in report.verdicts {
      table.add([
        .init(verdict.table.sql), .init(verdict.outcome.rawValue, verdict.outcome.color), .init(Self.summary(verdict)),
      ])
    }
    var lines = table.lines(style) + [""]
    for verdict in report.verdicts where verdict.outcome != .compatible {
      lines += VerdictText(verdict, isSetUp: report.isSetUp, style: style).lines + [""]
    }
    lines.append(
      "\(Quantity.count(Int64(report.verdicts.count), "table")): \(report.count(.compatible)) compatible, "
        + "\(report.count(.warning)) with warnings, \(report.count(.blocked)) blocked")
    lines.append(report.recommendation)
    return lines
  }

  private static func summary(_ verdict: CompatibilityVerdict) -> String {
    if verdict.findings.isEmpty { return "-" }
    return verdict.findings.map { finding in
      finding.reason.rawValue + (finding.column.map { " (\($0))" } ?? "")
    }.joined(separator: ", ")
  }
}
