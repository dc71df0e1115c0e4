import Foundation
import Logging
import SyncConfiguration
import SyncEngine

/// Reads the configuration file again while the service runs (SIGHUP): its schema and log sections, and the limit of
/// what is parked, are in force from then on. Flags stay above it. A file that cannot be used changes nothing.
struct SettingsReload: Sendable {
  let context: CommandContext
  let flags: SettingLayer
  let configPath: String?
  let service: PipelineService
  let console: OperatorConsole

  /// Does it; returns when the settings are in force or refused. Asks both servers, so it may take a while.
  func run() {
    do {
      let file = try ConfigurationFile.read(named: configPath, environment: context.environment)
      let settings = try Configuration(
        flags: flags, environment: SettingLayer(environment: context.environment), file: file)
      let (source, target) = (try context.connectSource(), try context.connectTarget())
      defer {
        source.close()
        target.close()
      }
      try OverrideCheck(settings, source: source, target: target).check()
      context.sink.format = settings.logFormat
      console.level = settings.logLevel
      service.exchange(settings.liveSettings)
      logger(settings.logLevel).notice("read the configuration again; its schema and log sections are in force")
    } catch {
      let failure = CommandFailure(error)
      logger(console.level).error(
        "the configuration was not read again, the old settings stay: \(failure.message)",
        metadata: failure.hint.map { ["hint": .string($0)] })
    }
  }

  private func logger(_ level: LogLevel) -> Logger { Logger("pgsyncd", sink: context.sink, level: level) }
}
