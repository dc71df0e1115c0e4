import ArgumentParser
import SyncConfiguration

/// Which tables a pipeline replicates.
struct TableSelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only tables that match: schema.table with * within a part; repeatable, or separated by commas.",
      discussion: "Default: all ordinary and partitioned tables outside the system schemas.", valueName: "pattern"))
  var tables: [String] = []

  @Option(
    help: ArgumentHelp("All but the tables that match; repeatable, or separated by commas.", valueName: "pattern"))
  var excludeTables: [String] = []

  /// Adds these flags to a layer of settings.
  func add(to layer: inout SettingLayer) {
    layer.set(.tablesInclude, list: tables, flag: "--tables")
    layer.set(.tablesExclude, list: excludeTables, flag: "--exclude-tables")
  }
}
