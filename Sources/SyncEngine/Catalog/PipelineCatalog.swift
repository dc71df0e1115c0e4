import LibPQ
import PostgresTypes

/// Typed access to the schema `pgsyncd` of the target database, for one pipeline.
///
/// Every method runs its statements on the connection as it stands: inside an open transaction they are part of it, so
/// that a caller can commit state together with data. Only ``migrate()`` opens a transaction if none is open.
public struct PipelineCatalog {
  /// The connection to the target; its owner's thread is where this is used.
  public let connection: PostgresConnection
  /// The pipeline's name.
  public let pipeline: String

  /// Works over a connection that the caller owns.
  public init(_ connection: PostgresConnection, pipeline: String) {
    self.connection = connection
    self.pipeline = pipeline
  }
}
