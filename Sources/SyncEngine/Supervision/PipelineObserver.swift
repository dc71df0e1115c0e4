import PostgresTypes
import SchemaDrift

/// Hears what a pipeline has to tell its operator. Called from the engine's threads, one event at a time per thread;
/// an implementation must not block.
public protocol PipelineObserver: Sendable {
  /// Something that the operator should know happened.
  func pipeline(_ event: PipelineEvent)
}

/// What happened in a pipeline.
public enum PipelineEvent: Sendable {
  /// The process leads the pipeline from here on, or waits for another one that does.
  case leadership(isLeader: Bool)
  /// A step of the start, in words: `waiting for the slot`, `judging 120 tables`.
  case activity(String)
  /// The first copy: how far one table is.
  case copying(table: QualifiedName, rows: Int64, bytes: Int64, totalBytes: Int64)
  /// One table has been copied.
  case copied(table: QualifiedName, rows: Int64)
  /// Changes are streaming from this position on.
  case streaming(from: LSN)
  /// A table stopped; its changes are parked from here on. This is durable.
  case tableStopped(TableStopNotice)
  /// A table goes on, with something to say.
  case tableWarning(table: QualifiedName, findings: [Finding])
  /// A drift of the source was repeated on the target, and the table goes on. This is durable.
  case tableMigrated(table: QualifiedName, verdict: CompatibilityVerdict, statements: [String])
  /// A stopped table is taken up again; its parked changes are being applied.
  case tableCatchingUp(table: QualifiedName, parkedChanges: Int64)
  /// A table streams again.
  case tableStreaming(table: QualifiedName)
  /// A unit of changes is committed on the target. Comes with every unit, so whoever hears it must be quick.
  case unitApplied(AppliedUnit)
  /// The two sides of a table were compared.
  case schemaValidated(table: QualifiedName, result: ValidationResult, seconds: Double)
  /// Rows did not reach the target, by somebody's leave; what a unit leaves out is in ``unitApplied(_:)``.
  case rowsSkipped(table: QualifiedName, reason: SkipReason, rows: Int64)
  /// A connection was lost or could not be made; the next try comes after so many seconds.
  case reconnecting(reason: String, afterSeconds: Double)
  /// Something is wrong that does not end the service.
  case warning(String)
}

extension PipelineEvent {
  /// The two sides of a table were compared, with this outcome.
  static func schemaValidated(_ verdict: CompatibilityVerdict, since began: ContinuousClock.Instant) -> PipelineEvent {
    .schemaValidated(
      table: verdict.table, result: verdict.validationResult, seconds: (ContinuousClock.now - began) / .seconds(1))
  }
}
