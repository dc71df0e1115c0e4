import PostgresTypes

/// What `IDENTIFY_SYSTEM` says.
public struct SystemIdentity: Sendable, Equatable {
  /// The cluster's unique number, in decimal; the same on its physical standbys and restored copies.
  public let systemID: String
  /// The timeline that the server is on.
  public let timeline: Int
  /// Up to where the write-ahead log is flushed.
  public let xlogPosition: LSN
  /// The database connected to.
  public let database: String?
}
