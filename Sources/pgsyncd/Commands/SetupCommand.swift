import ArgumentParser
import SyncConfiguration
import SyncEngine

/// `pgsyncd setup`
struct SetupCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Compares the two databases and, if nothing is in the way, stores what it found.",
    usage: "pgsyncd setup [--dry-run] [--tables PATTERN]... [--exclude-tables PATTERN]... [options]",
    discussion: """
      Checks both servers (versions, wal_level, privileges, free slots), compares every table, creates the catalog in \
      the target and the publication on the source. It creates no replication slot and copies nothing: 'pgsyncd sync' \
      does. Can be run again at any time. If a table is blocked it ends with 2 and nothing is stored. \
      Overrides that are given here are stored with the tables and stay in force.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var selection: TableSelectionOptions
  @OptionGroup var overrides: OverrideOptions

  @Flag(help: "Show the report and what would be done, and do nothing.")
  var dryRun = false

  func addSettings(to layer: inout SettingLayer) throws(ConfigurationError) {
    selection.add(to: &layer)
    try overrides.add(to: &layer)
  }

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    var options = try context.pipelineOptions()
    options.storesOverrides = true
    let setup = try PipelineSetup.connecting(options)
    defer { setup.close() }
    try OverrideCheck(context, source: setup.source, target: setup.target).check()
    let plan = try setup.plan()
    if let error = plan.error, error.kind != .blocked { throw error }
    let report = SetupReport(plan, style: context.outputStyle)
    StandardStream.print(report.lines)
    if plan.outcome == .blocked { return .blocked }
    if dryRun {
      StandardStream.print(report.intentions)
    } else {
      try setup.carryOut(plan)
      StandardStream.print(report.results)
    }
    return .done
  }
}
