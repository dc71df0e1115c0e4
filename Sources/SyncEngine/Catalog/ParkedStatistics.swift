import PostgresTypes

/// How much of a table is parked.
public struct ParkedStatistics: Hashable, Sendable {
  /// Chunks in `pgsyncd.parked_changes`.
  public var chunks: Int64
  /// Changes in them.
  public var changes: Int64
  /// Bytes of their payload.
  public var bytes: Int64
  /// The commit position of the first of them.
  public var firstCommitLSN: LSN?
  /// The commit position of the last of them.
  public var lastCommitLSN: LSN?

  /// Puts statistics together.
  public init(
    chunks: Int64 = 0, changes: Int64 = 0, bytes: Int64 = 0, firstCommitLSN: LSN? = nil, lastCommitLSN: LSN? = nil
  ) {
    self.chunks = chunks
    self.changes = changes
    self.bytes = bytes
    self.firstCommitLSN = firstCommitLSN
    self.lastCommitLSN = lastCommitLSN
  }
}
