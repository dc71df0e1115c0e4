import PostgresTypes

/// `A`: a streamed transaction, or one of its subtransactions, has been rolled back.
///
/// Letter, Int32 xid, Int32 subxid; with protocol 4 and `streaming 'parallel'` (PostgreSQL 16) also Int64 LSN, Int64
/// time (`logicalrep_write_stream_abort`). The two forms differ in their length.
public struct StreamAbortMessage: Hashable, Sendable {
  /// Where and when the transaction was rolled back.
  public struct Position: Hashable, Sendable {
    /// The position of the abort; zero if the server did not know it.
    public var abortLSN: LSN
    /// When it happened; zero (2000-01-01) if the server did not know it.
    public var abortTime: PostgresTimestamp

    /// Makes a position.
    public init(abortLSN: LSN, abortTime: PostgresTimestamp) {
      self.abortLSN = abortLSN
      self.abortTime = abortTime
    }
  }

  /// The top-level transaction.
  public var xid: TransactionID
  /// The transaction that is gone: a subtransaction, or ``xid`` itself.
  public var subxid: TransactionID
  /// Where and when; nil unless streaming is parallel.
  public var position: Position?

  /// Makes the message.
  public init(xid: TransactionID, subxid: TransactionID, position: Position?) {
    self.xid = xid
    self.subxid = subxid
    self.position = position
  }

  /// True if the whole transaction is gone, not only a subtransaction of it.
  public var isWholeTransaction: Bool { xid == subxid }
}
