import ArgumentParser
import SyncConfiguration

/// A command of pgsyncd: what is common to all of them is the way to their settings, and the way out.
protocol OperatorCommand: AsyncParsableCommand {
  /// The flags that every command takes.
  var global: GlobalOptions { get }

  /// How the command is called: `pgsyncd schema diff`.
  static var invocation: String { get }

  /// True for a command whose threads must not wait until a line of the log is written.
  static var logsInBackground: Bool { get }

  /// The flags of this command that are settings too.
  func addSettings(to layer: inout SettingLayer) throws(ConfigurationError)

  /// Does the work.
  func perform(_ context: CommandContext) async throws -> ExitStatus
}

extension OperatorCommand {
  /// A command directly under the root.
  static var invocation: String { "pgsyncd \(configuration.commandName ?? "")" }

  /// Most commands have nothing to do meanwhile.
  static var logsInBackground: Bool { false }

  /// Most commands have no settings of their own.
  func addSettings(to layer: inout SettingLayer) throws(ConfigurationError) {}

  /// Everything that the flags say.
  func layer() throws(ConfigurationError) -> SettingLayer {
    var layer = global.layer
    try addSettings(to: &layer)
    return layer
  }

  /// Resolves the settings, does the work, and turns whatever happens into an exit code and a message.
  mutating func run() async throws {
    let context: CommandContext
    do {
      context = try CommandContext(
        try layer(), configPath: global.config, logsInBackground: Self.logsInBackground)
    } catch {
      let failure = CommandFailure(error)
      FailureReport.write(failure, invocation: Self.invocation)
      throw failure.status.exitCode
    }
    let status: ExitStatus
    do {
      status = try await perform(context)
      context.sink.screen.flush()
    } catch {
      context.sink.screen.clear()
      context.sink.screen.flush()
      let failure = CommandFailure(error)
      FailureReport.write(failure, invocation: Self.invocation, sink: context.sink)
      context.sink.screen.flush()
      throw failure.status.exitCode
    }
    if status != .done { throw status.exitCode }
  }
}
