import LibPQ
import Logging
import LogicalReplication
import SyncEngine

/// Reads the status of the pipeline that the settings name.
final class StatusReading {
  /// The connection to the target.
  let target: PostgresConnection
  private let pipeline: String
  private let source: ConnectionSettings?
  private let logger: Logger
  private var hasWarned = false

  /// Connects to the target. The source is only asked for the slot's figures, so it may be missing.
  init(_ context: CommandContext) throws {
    source = context.configuration.source == nil ? nil : try context.sourceSettings()
    pipeline = context.configuration.pipeline
    logger = context.logger()
    target = try context.connectTarget()
  }

  /// The status now.
  func read() throws -> PipelineStatus {
    try CatalogAccess.for(.reading, on: target) {
      try StatusReader(target, pipeline: pipeline).read(figures: figures)
    }
  }

  private func figures(slot: String) -> SlotFigures? {
    guard let source else { return nil }
    do {
      return try SlotFigures.ask(source, slot: slot)
    } catch {
      if !hasWarned {
        logger.warning("the source does not tell the slot's figures: \(error)")
        hasWarned = true
      }
      return nil
    }
  }
}
