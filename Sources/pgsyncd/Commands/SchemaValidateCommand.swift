import ArgumentParser
import Observability
import SyncConfiguration
import SyncEngine

/// `pgsyncd schema validate`
struct SchemaValidateCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Compares all tables of source and target as they are now.",
    usage: "pgsyncd schema validate [--json] [--tables PATTERN]... [--exclude-tables PATTERN]... [options]",
    discussion: "Changes nothing. Ends with 2 if a table is blocked. Works before 'pgsyncd setup' too.")

  static var invocation: String { "pgsyncd schema validate" }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var selection: TableSelectionOptions
  @OptionGroup var overrides: OverrideOptions
  @OptionGroup var output: OutputOptions

  func addSettings(to layer: inout SettingLayer) throws(ConfigurationError) {
    selection.add(to: &layer)
    try overrides.add(to: &layer)
  }

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    let report = try SchemaValidation(context).report()
    if output.isJSON {
      StandardStream.print(try JSONText.pretty(report))
    } else {
      StandardStream.print(SchemaReportText(report, style: context.outputStyle).lines)
    }
    return report.outcome == .blocked ? .blocked : .done
  }
}
