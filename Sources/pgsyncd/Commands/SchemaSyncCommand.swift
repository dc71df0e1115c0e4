import ArgumentParser
import Observability
import SyncConfiguration
import SyncEngine

/// `pgsyncd schema sync`
struct SchemaSyncCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Shows, or runs, the SQL that aligns the target's tables with the source's.",
    usage: "pgsyncd schema sync (--dry-run | --apply) [--allow-drop] [--table T]... [--json] [options]",
    discussion: """
      --dry-run prints SQL that psql can run. --apply plans, and runs exactly that plan, a transaction per table: the \
      table is locked, both sides are read again, and if one of them has changed nothing is run. A statement that fails \
      takes its own table back and leaves the others alone; the command then ends with 1. It ends with 2 if differences \
      are left that no statement mends, or that would drop a column without --allow-drop.
      """)

  static var invocation: String { "pgsyncd schema sync" }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var selection: TableSelectionOptions
  @OptionGroup var names: TableNameOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Show the plan and change nothing.")
  var dryRun = false

  @Flag(help: "Run the plan on the target.")
  var apply = false

  @Flag(help: "Columns that the source does not have any more may be dropped, with their values.")
  var allowDrop = false

  func validate() throws {
    if dryRun == apply { throw ValidationError("say what to do: --dry-run shows the plan, --apply runs it") }
  }

  func addSettings(to layer: inout SettingLayer) { selection.add(to: &layer) }

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    let alignment = try SchemaAlignment(context)
    let plans = try alignment.plan(names.tables, allowsDrop: allowDrop)
    let report = apply ? try alignment.apply(plans) : alignment.report(plans)
    if output.isJSON {
      StandardStream.print(try JSONText.pretty(report))
    } else {
      StandardStream.print(AlignmentReportText(report, style: context.outputStyle).lines)
    }
    if report.hasFailed { return .failed }
    return report.tables.contains(where: \.isUnresolved) ? .blocked : .done
  }
}
