import PostgresTypes

/// A row of `pgsyncd.progress`: how far one apply worker of a pipeline is.
public struct ProgressRecord: Hashable, Sendable {
  /// The worker, from 0.
  public var worker: Int32
  /// Everything of its tables up to here is applied or parked.
  public var appliedLSN: LSN
  /// When the source committed the last transaction up to there; nil before the first one.
  public var commitTime: PostgresTimestamp?

  /// Puts a record together.
  public init(worker: Int32, appliedLSN: LSN, commitTime: PostgresTimestamp? = nil) {
    self.worker = worker
    self.appliedLSN = appliedLSN
    self.commitTime = commitTime
  }
}
