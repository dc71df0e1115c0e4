import ArgumentParser
import Foundation
import LibPQ
import Observability
import SyncConfiguration
import SyncEngine
import UnixSignals

/// `pgsyncd schema check`
struct SchemaCheckCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says what a migration file would do to the replicated tables, before it runs.",
    usage: "pgsyncd schema check --ddl FILE [--target-ddl FILE] [--scratch URI] [--json] [options]",
    discussion: """
      Rebuilds both schemas, without data, in two scratch databases on the target's server (or on --scratch), runs the \
      file on the source's copy, and judges every table as the service would: it goes on, stops, needs a backfill, or is \
      migrated by itself; with the SQL for the target and an order that is safe. The scratch databases are always \
      removed. The role needs CREATEDB there.

      Ends with 2 if a table would stop, with 1 if the file does not run (its line is named), else with 0. What depends \
      on the rows, such as a SET NOT NULL that finds a NULL, cannot be seen here.
      """)

  static var invocation: String { "pgsyncd schema check" }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var overrides: OverrideOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("The migration of the source: SQL, without commands of psql.", valueName: "file"))
  var ddl: String

  @Option(
    name: .customLong("target-ddl"),
    help: ArgumentHelp("What is run on the target along with it.", valueName: "file"))
  var targetDDL: String?

  @Option(
    help: ArgumentHelp(
      "A database on the server that takes the scratch databases (default: the target's).", valueName: "uri"))
  var scratch: String?

  func addSettings(to layer: inout SettingLayer) throws(ConfigurationError) { try overrides.add(to: &layer) }

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    let script = try Self.read(ddl)
    let targetScript = try targetDDL.map { try Self.read($0) }
    let check = MigrationFileCheck(
      context: context, file: ddl, script: script, targetFile: targetDDL, targetScript: targetScript,
      server: try scratch.map { try Self.settings($0) } ?? context.targetSettings())
    let report = try await Self.interruptible { try check.report($0) }
    if output.isJSON {
      StandardStream.print(try JSONText.pretty(report))
    } else {
      StandardStream.print(MigrationCheckText(report, style: context.outputStyle).lines)
    }
    return report.outcome == .stop ? .blocked : .done
  }

  private static func read(_ path: String) throws(CommandFailure) -> SQLScript {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .usage("the file '\(path)' cannot be read")
    }
    do throws(SQLScript.Refusal) { return try SQLScript(String(decoding: data, as: UTF8.self)) } catch {
      throw CommandFailure(.failed, "\(path):\(error.line): \(error.problem)")
    }
  }

  private static func settings(_ uri: String) throws(CommandFailure) -> ConnectionSettings {
    do throws(PostgresError) { return try ConnectionSettings(uri) } catch {
      throw .usage("--scratch: \(error.message)", hint: "write postgresql://user@host:port/database")
    }
  }

  /// Does blocking work that SIGINT and SIGTERM end early, but not without what it does at its end.
  private static func interruptible<Value: Sendable>(
    _ work: @escaping @Sendable (WaitInterruption) throws -> Value
  ) async throws -> Value {
    let interruption = WaitInterruption()
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let listener = Task { for await _ in signals { interruption.interrupt() } }
    defer { listener.cancel() }
    // A thread of the task pool must not be blocked.
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try work(interruption) }) }
    }
  }
}
