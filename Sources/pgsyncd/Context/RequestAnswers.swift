import LogicalReplication
import Observability

/// Says what became of a request, and counts how the command ends.
struct RequestAnswers {
  private let context: CommandContext
  private var isFailed = false
  private var isBlocked = false

  init(_ context: CommandContext) { self.context = context }

  /// How the command ends: a failure before a block.
  var status: ExitStatus { isFailed ? .failed : isBlocked ? .blocked : .done }

  /// Something that went as it should.
  func say(_ table: TableStatus, _ text: String) {
    StandardStream.print("\(DisplayText.harmless(table.name.sql)): \(text)")
  }

  /// The table is, or stays, stopped for a reason.
  mutating func blocked(_ table: TableStatus, _ message: [String]) {
    isBlocked = true
    StandardStream.print(MessageBox.lines(message, color: .red, style: context.outputStyle))
    say(table, "stays stopped; nothing of it is lost, its changes are parked")
  }

  /// The schemas stand in the way of what was asked; the table stays as it is.
  mutating func refused(_ table: TableStatus, _ message: [String]) {
    isBlocked = true
    StandardStream.print(MessageBox.lines(message, color: .red, style: context.outputStyle))
    say(table, "stays as it is (\(table.condition.rawValue)); nothing of it is lost")
  }

  /// What was asked could not be done.
  mutating func failed(_ table: TableStatus, _ text: String) {
    isFailed = true
    FailureReport.write(
      CommandFailure(.failed, "\(table.name.sql): \(text)"), invocation: "pgsyncd", sink: context.sink)
  }
}
