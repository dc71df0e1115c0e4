import ArgumentParser
import LibPQ
import LogicalReplication
import Observability
import PostgresTypes
import SchemaDrift
import SyncConfiguration
import SyncEngine

/// `pgsyncd schema diff`
struct SchemaDiffCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows a table of the source beside the target's, column by column, with the SQL that aligns them.",
    usage: "pgsyncd schema diff --table T [--json] [options]",
    discussion: "Ends with 2 if the table is blocked. Works before 'pgsyncd setup' too.")

  static var invocation: String { "pgsyncd schema diff" }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var overrides: OverrideOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("The table: schema.table, or table for one in schema public.", valueName: "table"))
  var table: String

  func addSettings(to layer: inout SettingLayer) throws(ConfigurationError) { try overrides.add(to: &layer) }

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    guard let name = QualifiedName(parsing: table) else {
      throw CommandFailure.usage(
        "'\(table)' is not the name of a table", hint: "write schema.table, or table for one in schema public")
    }
    let report = try TableComparison(context).report(on: name)
    if output.isJSON {
      StandardStream.print(try JSONText.pretty(report))
    } else {
      StandardStream.print(TableDiffText(report, style: context.outputStyle).lines)
    }
    return report.verdict.outcome == .blocked ? .blocked : .done
  }
}
