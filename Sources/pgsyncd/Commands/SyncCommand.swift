import ArgumentParser
import Foundation
import LibPQ
import PostgresTypes
import SyncConfiguration
import SyncEngine

/// `pgsyncd sync`
struct SyncCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Copies the tables, then keeps them in step until SIGTERM or SIGINT.",
    usage: "pgsyncd sync [--once] [--no-copy] [--until-lsn LSN] [options]",
    discussion: """
      The first start does what 'pgsyncd setup' does, if that was not done, creates the replication slot, copies every \
      table under one snapshot and then streams. Later starts go on where the last one ended. A second process on the \
      same pipeline waits and takes over when the first one ends.

      A table whose schema drifts stops alone: its changes are parked in the target, all other tables stream on, and \
      'pgsyncd resume --table T' continues it with nothing lost.

      The first SIGTERM or SIGINT ends the service within ten seconds at a transaction boundary; a second one ends it \
      at once. Neither loses anything.
      """)

  static var logsInBackground: Bool { true }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var selection: TableSelectionOptions
  @OptionGroup var overrides: OverrideOptions

  @Flag(
    help: "Catch up with the source's position at the start, then end: with 0, or with 2 if a table is stopped.")
  var once = false

  @Flag(
    help: ArgumentHelp(
      "Repeat the source's schema changes on the target: short for schema.auto_migrate: true.",
      discussion: "Which ones, and whether each needs approval (the default), is said by the configuration file."))
  var autoMigrateSchema = false

  @Flag(help: "At the first start: the target has the data already, copy nothing.")
  var noCopy = false

  @Option(help: ArgumentHelp("End when everything up to this position is applied.", valueName: "lsn"))
  var untilLSN: String?

  @Option(
    help: ArgumentHelp(
      "Where transactions in progress are kept that do not fit into memory (default: the system's temporary folder). "
        + "Nothing durable lives there.", valueName: "folder"))
  var dir: String?

  @Option(
    help: ArgumentHelp(
      "Where /metrics, /healthz, /readyz and the status page are served (default: \(HTTPListen.defaultAddress); with "
        + "--once: off).", valueName: "host:port|off"))
  var httpListen: String?

  func validate() throws {
    if let untilLSN, LSN(untilLSN) == nil {
      throw ValidationError("'\(untilLSN)' is not a log position; write it as the server does, such as 16/B374D848")
    }
    if let dir {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: dir, isDirectory: &isFolder), isFolder.boolValue,
        FileManager.default.isWritableFile(atPath: dir)
      else { throw ValidationError("--dir: '\(dir)' is not a folder that can be written to") }
    }
  }

  func addSettings(to layer: inout SettingLayer) throws(ConfigurationError) {
    selection.add(to: &layer)
    try overrides.add(to: &layer)
    layer.set(.schemaAutoMigrate, autoMigrateSchema ? "true" : nil, flag: "--auto-migrate-schema")
    layer.set(.httpListen, httpListen, flag: "--http-listen")
  }

  /// The first connections of a start: whatever keeps them from being made ends the command.
  private func checkOverrides(_ context: CommandContext) throws {
    guard context.configuration.hasOverrides else { return }
    let (source, target) = (try context.connectSource(), try context.connectTarget())
    defer {
      source.close()
      target.close()
    }
    try OverrideCheck(context, source: source, target: target).check()
  }

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    let logger = context.logger()
    var options = try context.pipelineOptions()
    options.once = once
    options.noCopy = noCopy
    options.untilLSN = untilLSN.flatMap { LSN($0) }
    try checkOverrides(context)
    let collector = MetricsCollector()
    let console = OperatorConsole(sink: context.sink, level: context.configuration.logLevel)
    let service = PipelineService(options: options, events: PipelineAudience(members: [console, collector]))
    let endpoint = try ServiceEndpoint.open(
      context, for: service, collector: collector, isService: !once && untilLSN == nil)
    defer { endpoint?.close() }
    let reload = SettingsReload(
      context: context, flags: try layer(), configPath: global.config, service: service, console: console)
    let exit = await ServiceRun(service: service, logger: logger, screen: context.sink.screen, reload: reload).result()
    context.sink.screen.clear()
    switch exit {
    case .finished: return .done
    case .blocked(let tables):
      throw CommandFailure(
        .blocked, "stopped: \(tables.map(\.sql).joined(separator: ", "))",
        hint: "'pgsyncd status' shows why and what to do")
    case .failed(SetupError.blocked(let plan)):
      let report = SetupReport(plan, style: context.outputStyle)
      switch context.sink.format {
      case .text: StandardStream.print(report.lines)
      case .json: for line in report.blockedTables { context.sink.write(line) }
      }
      return .blocked
    case .failed(let error): throw error
    }
  }
}
