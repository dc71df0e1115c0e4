import SchemaDrift

/// The text form of ``TableDiffReport``.
public struct TableDiffText: Sendable {
  private let report: TableDiffReport
  private let style: TerminalStyle

  /// Prepares to show a report in a style.
  public init(_ report: TableDiffReport, style: TerminalStyle) {
    self.report = report
    self.style = style
  }

  /// All lines.
  public var lines: [String] {
    var lines: [String] = []
    if let diff = report.diff {
      lines += columns(diff).lines(style) + [""]
      lines.append(
        "\(diff.common.count) in common, \(diff.sourceOnly.count) source only, \(diff.targetOnly.count) target only, "
          + Quantity.count(Int64(diff.typeMismatches.count), "type mismatch", plural: "type mismatches"))
    } else {
      lines.append("The target has no table \(DisplayText.harmless(report.verdict.table.sql)).")
    }
    let outcome = report.verdict.outcome
    lines.append("Verdict: " + style.colored(outcome.rawValue, outcome.color))
    if let status = report.status {
      let reason = status.reason.map { " (\($0))" } ?? ""
      lines.append("Sync status: " + style.colored(status.condition.rawValue, status.condition.color) + reason)
    } else {
      lines.append("Sync status: not set up")
    }
    let message = VerdictText(report.verdict, isSetUp: report.status != nil, style: style).lines
    return message.isEmpty ? lines : lines + [""] + message
  }

  private func columns(_ diff: SchemaDiff) -> TextTable {
    var table = TextTable([("COLUMN", .left), ("SOURCE", .left), ("TARGET", .left), ("COMPARISON", .left)])
    for comparison in diff.common {
      table.add([
        .init(comparison.source.name), .init(ColumnReport(comparison.source).definition),
        .init(ColumnReport(comparison.target).definition), Self.cell(comparison),
      ])
    }
    for column in diff.sourceOnly {
      table.add([.init(column.name), .init(ColumnReport(column).definition), .init("-"), .init("source only", .red)])
    }
    for column in diff.targetOnly {
      table.add([.init(column.name), .init("-"), .init(ColumnReport(column).definition), .init("target only", .yellow)])
    }
    return table
  }

  private static func cell(_ comparison: ColumnComparison) -> TextTable.Cell {
    if comparison.differences.isEmpty { return .init("in common", .green) }
    guard comparison.differences.contains(.type) else {
      let aspects = comparison.differences.map { $0.rawValue.replacing("_", with: " ") }
      return .init("differs: " + aspects.joined(separator: ", "), .yellow)
    }
    switch comparison.conversion {
    case .identical, .widening: return .init("type: lossless", .cyan)
    case .conditional(let condition): return .init("type: conditional; \(condition.why)", .yellow)
    case .lossy(let why, let witness):
      return .init("type mismatch: \(why)" + (witness.map { " (\($0))" } ?? ""), .red)
    case .impossible(let why): return .init("type mismatch: \(why)", .red)
    }
  }
}
