import Observability
import SchemaDrift
import SyncEngine

/// What `setup` prints: the tables with their verdicts, what else was found, and what is done about it.
struct SetupReport {
  private let plan: SetupPlan
  private let style: TerminalStyle

  init(_ plan: SetupPlan, style: TerminalStyle) {
    self.plan = plan
    self.style = style
  }

  /// The report itself.
  var lines: [String] {
    let verdicts = plan.tables.map(\.verdict)
    let report = SchemaReport(pipeline: plan.pipeline.pipeline, isSetUp: plan.isUnderWay, verdicts: verdicts)
    return SchemaReportText(report, style: style).lines + problems
  }

  /// The tables that are blocked, as lines of a log.
  var blockedTables: [LogLine] {
    plan.blockedTables.map { table in
      let verdict = table.verdict
      var fields: [String: JSONValue] = [
        "event": .string("table_blocked"), "table": .string(verdict.table.sql),
        "lines": .list(verdict.messageLines(isSetUp: false).map(JSONValue.string)),
        "fix": .list(verdict.fix.map(JSONValue.string)),
      ]
      fields["reason"] = (verdict.reason?.rawValue).map(JSONValue.string)
      fields["resolution"] = verdict.resolution.map(JSONValue.string)
      return LogLine(.error, verdict.error ?? "the schemas of \(verdict.table) do not fit", fields: fields)
    }
  }

  /// What would be done (`--dry-run`).
  var intentions: [String] {
    if plan.isUnderWay { return ["The pipeline \(plan.pipeline.pipeline) is under way; setup has nothing to do."] }
    var lines = ["Setup would:"]
    if plan.createsCatalog { lines.append("  create the catalog (schema pgsyncd) in the target") }
    switch plan.publication {
    case .create(_, let statement): lines.append("  run on the source: \(DisplayText.harmless(statement))")
    case .use(let name): lines.append("  use the publication \(DisplayText.harmless(name)) as it is")
    case nil: break
    }
    lines.append("  store the schemas of \(Quantity.count(Int64(plan.tables.count), "table"))")
    return lines + ["Nothing was done (--dry-run)."]
  }

  /// What was done.
  var results: [String] {
    if plan.isUnderWay { return ["The pipeline \(plan.pipeline.pipeline) is under way; setup had nothing to do."] }
    let publication =
      switch plan.publication {
      case .create(let name, _): "created the publication \(DisplayText.harmless(name))"
      case .use(let name): "uses the publication \(DisplayText.harmless(name)) as it is"
      case nil: "no publication"
      }
    return [
      "Set up the pipeline \(plan.pipeline.pipeline) with "
        + "\(Quantity.count(Int64(plan.tables.count), "table")); \(publication).",
      "No slot exists yet and nothing is copied: 'pgsyncd sync' does both.",
    ]
  }

  private var problems: [String] {
    plan.problems.flatMap { problem -> [String] in
      let color: TextColor =
        switch problem.kind {
        case .usage, .failure, .blocked: .red
        case .warning: .yellow
        case .note: .cyan
        }
      return [""] + MessageBox.lines(problem.lines, color: color, style: style)
    }
  }
}
