/// `S`: a block of a transaction that is still in progress begins; it lasts until Stream Stop.
///
/// Letter, Int32 xid, Int8 first segment (`logicalrep_write_stream_start`).
public struct StreamStartMessage: Hashable, Sendable {
  /// The top-level transaction.
  public var xid: TransactionID
  /// True for the transaction's first block.
  public var isFirstSegment: Bool

  /// Makes the message.
  public init(xid: TransactionID, isFirstSegment: Bool) {
    self.xid = xid
    self.isFirstSegment = isFirstSegment
  }
}
