import Foundation
import LibPQ
import Logging
import Observability
import SyncConfiguration
import SyncEngine

/// What every command works with: its settings, put together, and the ways to servers and user.
struct CommandContext: Sendable {
  /// The settings.
  let configuration: Configuration
  /// The environment of the process.
  let environment: [String: String]
  /// Where log lines go.
  let sink: LogSink
  /// What stdout can show.
  let outputStyle: TerminalStyle

  /// Puts the settings together: flags, environment, file, defaults.
  ///
  /// - Parameter logsInBackground: whoever logs does not wait until it is written.
  init(
    _ flags: SettingLayer, configPath: String?, logsInBackground: Bool = false,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(ConfigurationError) {
    self.environment = environment
    configuration = try Configuration(
      flags: flags, environment: SettingLayer(environment: environment),
      file: ConfigurationFile.read(named: configPath, environment: environment))
    sink = LogSink(
      screen: ErrorScreen(
        style: Terminal.style(STDERR_FILENO, environment: environment),
        background: logsInBackground ? BackgroundWriter(descriptor: STDERR_FILENO) : nil),
      format: configuration.logFormat)
    outputStyle = Terminal.style(STDOUT_FILENO, environment: environment)
  }

  /// A logger for a part of the program.
  func logger(_ label: String = "pgsyncd") -> Logger {
    Logger(label, sink: sink, level: configuration.logLevel)
  }
}

extension CommandContext {
  /// How to reach the source.
  func sourceSettings() throws -> ConnectionSettings { try Self.settings(configuration.requiredSource()) }

  /// How to reach the target.
  func targetSettings() throws -> ConnectionSettings { try Self.settings(configuration.requiredTarget()) }

  /// Connects to the source.
  func connectSource() throws -> PostgresConnection { try connect(sourceSettings(), "source") }

  /// Connects to the target.
  func connectTarget() throws -> PostgresConnection { try connect(targetSettings(), "target") }

  private func connect(_ settings: ConnectionSettings, _ side: String) throws(CommandFailure) -> PostgresConnection {
    do {
      return try PostgresConnection(settings, applicationName: "pgsyncd")
    } catch {
      throw CommandFailure(postgres: error, "cannot connect to the \(side)")
    }
  }

  private static func settings(_ string: ConnectionString) throws(CommandFailure) -> ConnectionSettings {
    do {
      return try ConnectionSettings(string.secretText)
    } catch {
      throw CommandFailure.usage(
        "\(string.origin): \(error.message)",
        hint: error.hint ?? "write postgresql://user@host:port/database, or host=… port=… dbname=… user=…")
    }
  }
}
