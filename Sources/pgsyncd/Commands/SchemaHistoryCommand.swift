import ArgumentParser
import Observability
import PostgresTypes
import SyncConfiguration
import SyncEngine

/// `pgsyncd schema history`
struct SchemaHistoryCommand: OperatorCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Lists every drift that was judged: when, where in the stream, with what outcome, and what resolved it.",
    usage: "pgsyncd schema history [--table T]... [--json] [options]",
    discussion: "Reads the catalog in the target: works with the service up or down.")

  static var invocation: String { "pgsyncd schema history" }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var names: TableNameOptions
  @OptionGroup var output: OutputOptions

  func perform(_ context: CommandContext) async throws -> ExitStatus {
    let reading = try StatusReading(context)
    let status = try reading.read()
    let tables = try TableLookup(tables: status.tables).tables(named: names.tables)
    let catalog = PipelineCatalog(reading.target, pipeline: context.configuration.pipeline)
    let records = try CatalogAccess.for(.reading, on: reading.target) { try catalog.driftEvents() }
    let chosen = Set(tables.map(\.sourceOID))
    let history = DriftHistory(
      pipeline: context.configuration.pipeline,
      events: records.filter { chosen.isEmpty || chosen.contains($0.sourceOID) }.map(\.event))
    if output.isJSON {
      StandardStream.print(try JSONText.pretty(history))
    } else {
      StandardStream.print(DriftHistoryText(history, style: context.outputStyle).lines)
    }
    return .done
  }
}

extension DriftEventRecord {
  /// The event as it is shown.
  fileprivate var event: DriftHistory.Event {
    DriftHistory.Event(
      id: id ?? 0, table: name, occurredAt: occurredAt, lsn: lsn, detectionSeconds: detectionSeconds,
      oldFingerprint: oldFingerprint, newFingerprint: newFingerprint, verdict: verdict, reason: reason,
      message: message, resolvedAt: resolvedAt, resolution: resolution)
  }
}
