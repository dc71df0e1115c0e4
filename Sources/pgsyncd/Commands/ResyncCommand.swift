import ArgumentParser
import Foundation
import LogicalReplication
import SyncEngine

/// `pgsyncd resync`
struct ResyncCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "resync",
    abstract: "Copies tables anew without touching the others.",
    usage: "pgsyncd resync --table T... [--wait | --no-wait] [options]",
    discussion: """
      The target's rows are replaced by the source's in one transaction, while the table's changes are parked and then \
      applied. It works for streaming and for stopped tables, whatever stopped them, if the schemas fit; if they do not: \
      prints why and ends with exit code 2, and nothing changes. Values of columns that only the target has are kept by \
      primary key. With the service down the request is recorded and taken up when it starts.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var names: TableNameOptions

  @Flag(inversion: .prefixedNo, help: "Wait until the tables stream again (default on a terminal).")
  var wait: Bool?

  func validate() throws {
    if names.tables.isEmpty { throw ValidationError("name the tables with --table") }
  }

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    let reading = try StatusReading(context)
    let status = try reading.read()
    let tables = try TableLookup(tables: status.tables).tables(named: names.tables)
    let requests = try ServiceRequests(reading.target, pipeline: context.configuration.pipeline)
    var answers = RequestAnswers(context)
    guard status.service.isRunning else {
      try record(tables, requests, reading, context, &answers)
      return answers.status
    }
    var asked: [(TableStatus, Int64)] = []
    for table in tables { asked.append((table, try requests.ask(.resync, table))) }
    var copied: [TableStatus] = []
    for (table, id) in asked {
      guard let request = try requests.outcome(of: id, within: wait == true ? nil : .seconds(60)) else {
        answers.failed(
          table,
          "the service has not taken the request up; it stays recorded and is taken up when the service gets to it")
        continue
      }
      switch request.outcome {
      case .accepted:
        copied.append(table)
        answers.say(table, request.message.first ?? "is being copied anew; its changes are parked meanwhile")
      case .refused: answers.refused(table, request.message)
      case .failed, nil: answers.failed(table, request.message.joined(separator: "\n"))
      }
    }
    if wait ?? Terminal.isTerminal(STDERR_FILENO) {
      try CatchUp(reading: reading, requests: requests, screen: context.sink.screen).follow(copied, answers: &answers)
    }
    return answers.status
  }

  /// The service is down: judges here, and writes the request down for its next start.
  private func record(
    _ tables: [TableStatus], _ requests: ServiceRequests, _ reading: StatusReading, _ context: CommandContext,
    _ answers: inout RequestAnswers
  ) throws {
    let judge = try StoppedTableJudge(context, target: reading.target)
    for table in tables {
      if let message = try judge.objection(toCopying: table) {
        answers.refused(table, message)
      } else {
        _ = try requests.ask(.resync, table)
        answers.say(
          table, "the service is not running; the request is recorded and is taken up at its next start (pgsyncd sync)")
      }
    }
  }
}
