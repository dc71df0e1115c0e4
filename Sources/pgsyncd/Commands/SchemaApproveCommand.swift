import ArgumentParser
import LogicalReplication
import SyncEngine

/// `pgsyncd schema approve`
struct SchemaApproveCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Approves of a migration that waits: its SQL is run on the target, and the table goes on.",
    usage: "pgsyncd schema approve --table T... [options]",
    discussion: """
      'pgsyncd status --table T' shows the SQL. Exactly that is run; if the two sides ask for something else by now, \
      nothing is run, the new SQL is shown, and the command ends with 2. With the service down the approval is recorded \
      and taken up when it starts.
      """)

  static var invocation: String { "pgsyncd schema approve" }

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
      guard table.condition == .pendingApproval else {
        answers.failed(table, "no migration waits for approval (\(table.condition.rawValue))")
        continue
      }
      asked.append((table, try requests.ask(.approve, table)))
    }
    for (table, id) in asked {
      guard status.service.isRunning else {
        answers.say(
          table, "the service is not running; the approval is recorded and is taken up at its next start (pgsyncd sync)"
        )
        continue
      }
      guard let request = try requests.outcome(of: id, within: .seconds(60)) else {
        answers.failed(
          table,
          "the service has not taken the approval up; it stays recorded and is taken up when the service gets to it")
        continue
      }
      switch request.outcome {
      case .accepted: answers.say(table, "is migrated and resumes")
      case .refused: answers.blocked(table, request.message)
      case .failed, nil: answers.failed(table, request.message.joined(separator: "\n"))
      }
    }
    return answers.status
  }
}
