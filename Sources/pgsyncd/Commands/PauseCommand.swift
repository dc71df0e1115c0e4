import ArgumentParser
import LogicalReplication
import SyncEngine

/// `pgsyncd pause`
struct PauseCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Stops a table on purpose; its changes are parked until 'pgsyncd resume'.",
    usage: "pgsyncd pause --table T... [options]",
    discussion: "With the service down the request is recorded and taken up when it starts.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var names: TableNameOptions

  func validate() throws {
    if names.tables.isEmpty { throw ValidationError("name the tables with --table") }
  }

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    let reading = try StatusReading(context)
    let status = try reading.read()
    let tables = try TableLookup(tables: status.tables).tables(named: names.tables)
    let requests = try ServiceRequests(reading.target, pipeline: context.configuration.pipeline)
    var answers = RequestAnswers(context)
    var asked: [(TableStatus, Int64)] = []
    for table in tables {
      if table.condition.isStopped {
        answers.say(table, "is stopped already (\(table.condition.rawValue))")
      } else {
        asked.append((table, try requests.ask(.pause, table)))
      }
    }
    for (table, id) in asked {
      guard status.service.isRunning else {
        answers.say(
          table, "the service is not running; the request is recorded and is taken up at its next start (pgsyncd sync)")
        continue
      }
      guard let request = try requests.outcome(of: id, within: .seconds(60)) else {
        answers.failed(
          table,
          "the service has not taken the request up; it stays recorded and is taken up when the service gets to it")
        continue
      }
      switch request.outcome {
      case .accepted: answers.say(table, "is paused; its changes are parked")
      case .refused, .failed, nil: answers.failed(table, request.message.joined(separator: "\n"))
      }
    }
    return answers.status
  }
}
