import PostgresTypes

/// `b`: a transaction begins that was prepared, not committed; it ends with Prepare.
///
/// Letter, Int64 LSN, Int64 end LSN, Int64 time, Int32 xid, String gid (`logicalrep_write_begin_prepare`).
public struct BeginPrepareMessage: Hashable, Sendable {
  /// Where the prepare record begins; never zero.
  public var prepareLSN: LSN
  /// The byte after the prepare record; never zero.
  public var endLSN: LSN
  /// When the transaction was prepared on the source.
  public var prepareTime: PostgresTimestamp
  /// The transaction on the source.
  public var xid: TransactionID
  /// The name that the user gave to the prepared transaction, UTF-8.
  public var gid: ByteRange

  /// Makes the message.
  public init(prepareLSN: LSN, endLSN: LSN, prepareTime: PostgresTimestamp, xid: TransactionID, gid: ByteRange) {
    self.prepareLSN = prepareLSN
    self.endLSN = endLSN
    self.prepareTime = prepareTime
    self.xid = xid
    self.gid = gid
  }
}
