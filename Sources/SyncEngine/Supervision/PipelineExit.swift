import PostgresTypes

/// How a pipeline's process ended.
public enum PipelineExit: Sendable {
  /// It did what it was asked to, or was told to stop; everything applied is confirmed.
  case finished
  /// It did what it could (`--once`), and these tables are stopped.
  case blocked([QualifiedName])
  /// It cannot go on.
  case failed(any Error)
}
