import ArgumentParser

/// The program.
@main
struct Pgsyncd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pgsyncd",
    abstract: "Keeps a PostgreSQL target in step with a source, and stops a table alone when its schema drifts.",
    discussion: """
      The way through: 'pgsyncd setup' compares the two databases and stores what it found; 'pgsyncd sync' copies \
      the tables and keeps them in step; 'pgsyncd status' says how every table fares. When a table stops, its changes \
      are parked: apply the SQL that is shown, then 'pgsyncd resume --table T'.

      Exit codes: 0 done, 1 failed (connection, permission, continuity), 2 blocked by a schema mismatch, 64 usage.
      """,
    version: "pgsyncd \(ProgramVersion.current)",
    subcommands: [
      SetupCommand.self, SyncCommand.self, StatusCommand.self, ResumeCommand.self, PauseCommand.self,
      ResyncCommand.self, SchemaCommand.self, TeardownCommand.self,
    ])

  /// Parses the arguments and runs the command; every way out has its exit code here or in ``OperatorCommand``.
  static func main() async {
    let arguments = LeadingOptions.moved(Array(CommandLine.arguments.dropFirst()))
    do {
      var command = try parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      // An exit code is the way out of a command that ran; anything else is about the arguments.
      let isAboutArguments = !(error is ExitCode)
      if isAboutArguments,
        let failure = LaterFeature.failure(arguments: arguments) ?? UnknownCommand.failure(arguments: arguments)
      {
        FailureReport.write(failure, invocation: "pgsyncd")
        exit(withError: failure.status.exitCode)
      }
      exit(withError: error)
    }
  }
}
