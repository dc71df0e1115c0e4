import ArgumentParser
import Foundation
import LogicalReplication
import Observability
import PostgresTypes
import SchemaDrift
import SyncConfiguration
import SyncEngine

/// `pgsyncd resume`
struct ResumeCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Judges a stopped table again and, if it fits now, lets it catch up and stream.",
    usage: "pgsyncd resume (--table T... | --all) [overrides] [--wait | --no-wait] [options]",
    discussion: """
      Run the SQL that 'pgsyncd status' shows first. Still blocked: prints why and ends with exit code 2; the table stays \
      stopped and its changes stay parked. Overrides that are given here are stored if the table may go on with them, \
      and stay in force; a refused resume stores nothing. With the service down the table is judged here, and the request \
      is taken up when the service starts.

      What the stream never carried, such as the values that a source gave existing rows when it rewrote the table, is read \
      again with --backfill, also for a table that streams and is marked needs_repair. --skip-transaction drops one \
      transaction for this table, for good: status lists it, and its changes are kept in pgsyncd.dead_letters.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var names: TableNameOptions
  @OptionGroup var overrides: OverrideOptions

  @Flag(help: "All stopped tables.")
  var all = false

  @Flag(help: "Read the affected columns of existing rows again from the source before the table streams.")
  var backfill = false

  @Option(
    help: ArgumentHelp(
      "Drop the transaction that commits at this position for this table, for good.", valueName: "lsn"))
  var skipTransaction: String?

  @Flag(inversion: .prefixedNo, help: "Wait until the table streams again (default on a terminal).")
  var wait: Bool?

  func validate() throws {
    if all == !names.tables.isEmpty {
      throw ValidationError("name the tables with --table, or all stopped ones with --all")
    }
    if let skipTransaction, LSN(skipTransaction) == nil {
      throw ValidationError(
        "'\(skipTransaction)' is not a log position; write it as the server does, such as 16/B374D848")
    }
    if skipTransaction != nil, names.tables.count != 1 {
      throw ValidationError("--skip-transaction drops a transaction of one table: name it with --table")
    }
  }

  func addSettings(to layer: inout SettingLayer) throws(ConfigurationError) { try overrides.add(to: &layer) }

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    let reading = try StatusReading(context)
    let status = try reading.read()
    let tables =
      all
      ? status.tables.filter(\.condition.isStopped)
      : try TableLookup(tables: status.tables).tables(named: names.tables)
    try Self.requireResumed(context.configuration.flagOverrides.tables, among: tables)
    if context.configuration.hasOverrides {
      let source = context.configuration.source == nil ? nil : try context.connectSource()
      defer { source?.close() }
      try OverrideCheck(context, source: source, target: reading.target).check()
    }
    var answers = RequestAnswers(context)
    if tables.isEmpty {
      StandardStream.print("No table is stopped.")
      return .done
    }
    let requests = try ServiceRequests(reading.target, pipeline: context.configuration.pipeline)
    var stopped: [TableStatus] = []
    for table in tables {
      let isReadAgain = backfill && table.worker == .streaming
      let hasOverrides = arguments(for: table, context).overrides != .none
      if table.condition.isStopped || isReadAgain || hasOverrides {
        stopped.append(table)
      } else if try requests.isOpen(.pause, table) {
        // Requests are taken up in order, so this one undoes the pause that nobody has carried out yet.
        _ = try requests.ask(.resume, table)
        answers.say(table, "is not stopped yet (\(table.worker.rawValue)); the pause that is recorded is taken back")
      } else {
        answers.say(table, "is not stopped (\(table.worker.rawValue))")
      }
    }
    if status.service.isRunning {
      var catchingUp = tables.filter { $0.worker == .catchingUp }
      catchingUp += try ask(stopped, requests, context, &answers)
      if wait ?? Terminal.isTerminal(STDERR_FILENO) {
        try CatchUp(reading: reading, requests: requests, screen: context.sink.screen)
          .follow(catchingUp, answers: &answers)
      }
    } else if !stopped.isEmpty {
      try record(stopped, requests, reading, context, &answers)
    }
    return answers.status
  }

  /// What goes along with the request for a table.
  private func arguments(for table: TableStatus, _ context: CommandContext) -> RequestArguments {
    RequestArguments(
      overrides: context.configuration.flagOverrides.policies.overrides(for: table.name),
      readsColumnsAgain: backfill, skippedTransaction: skipTransaction.flatMap { LSN($0) })
  }

  /// An override for a table that is not resumed here would be stored nowhere.
  private static func requireResumed(
    _ overrides: [TableOverride], among tables: [TableStatus]
  ) throws(CommandFailure) {
    for override in overrides where !tables.contains(where: { $0.name == override.table }) {
      throw .usage(
        "\(override.origin) names \(override.table.sql), which this command does not resume",
        hint: "name it with --table, or put the override into pgsyncd.yaml")
    }
  }

  /// Asks the service for each table; returns those that it lets go on.
  private func ask(
    _ tables: [TableStatus], _ requests: ServiceRequests, _ context: CommandContext, _ answers: inout RequestAnswers
  ) throws -> [TableStatus] {
    var accepted: [TableStatus] = []
    var asked: [(TableStatus, Int64)] = []
    for table in tables {
      asked.append((table, try requests.ask(.resume, table, arguments(for: table, context))))
    }
    for (table, id) in asked {
      guard let request = try requests.outcome(of: id, within: wait == true ? nil : .seconds(60)) else {
        answers.failed(
          table,
          "the service has not taken the request up; it stays recorded and is taken up when the service gets to it")
        continue
      }
      switch request.outcome {
      case .accepted:
        guard table.condition.isStopped || backfill else {
          answers.say(table, "is not stopped (\(table.worker.rawValue)); the overrides are stored")
          continue
        }
        accepted.append(table)
        let usual = "resumes; \(Quantity.count(table.parkedChanges, "parked change")) to apply"
        answers.say(table, request.message.first ?? usual)
      case .refused: answers.blocked(table, request.message)
      case .failed, nil: answers.failed(table, request.message.joined(separator: "\n"))
      }
    }
    return accepted
  }

  /// The service is down: judges here, and writes the request down for its next start.
  private func record(
    _ tables: [TableStatus], _ requests: ServiceRequests, _ reading: StatusReading, _ context: CommandContext,
    _ answers: inout RequestAnswers
  ) throws {
    let judge = try StoppedTableJudge(context, target: reading.target)
    for table in tables {
      let arguments = arguments(for: table, context)
      if table.condition.isStopped, let message = try judge.objection(to: table, arguments) {
        answers.blocked(table, message)
      } else {
        _ = try requests.ask(.resume, table, arguments)
        answers.say(
          table, "the service is not running; the request is recorded and is taken up at its next start (pgsyncd sync)")
      }
    }
  }
}
