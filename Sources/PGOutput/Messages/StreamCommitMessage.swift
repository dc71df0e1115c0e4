import PostgresTypes

/// `c`: a transaction that was streamed while in progress has been committed.
///
/// Letter, Int32 xid, Int8 flags (always 0), Int64 LSN, Int64 end LSN, Int64 time (`logicalrep_write_stream_commit`).
public struct StreamCommitMessage: Hashable, Sendable {
  /// The top-level transaction.
  public var xid: TransactionID
  /// Where the commit record begins; never zero.
  public var commitLSN: LSN
  /// The byte after the commit record; never zero.
  public var endLSN: LSN
  /// When the transaction was committed on the source.
  public var commitTime: PostgresTimestamp

  /// Makes the message.
  public init(xid: TransactionID, commitLSN: LSN, endLSN: LSN, commitTime: PostgresTimestamp) {
    self.xid = xid
    self.commitLSN = commitLSN
    self.endLSN = endLSN
    self.commitTime = commitTime
  }
}
