import PostgresTypes

/// `M`: a message of `pg_logical_emit_message`, sent if the option `messages` is on (PostgreSQL 14).
///
/// Letter, [Int32 xid inside a stream], Int8 flags, Int64 LSN, String prefix, Int32 length, content
/// (`logicalrep_write_message`). A message that is not transactional comes as soon as it is decoded, between other
/// transactions.
public struct LogicalMessage: Hashable, Sendable {
  /// The (sub)transaction, inside a stream only.
  public var xid: TransactionID?
  /// True if the message belongs to the transaction around it (flag 1, `MESSAGE_TRANSACTIONAL`).
  public var isTransactional: Bool
  /// The position of the message in the log.
  public var lsn: LSN
  /// The prefix, UTF-8.
  public var prefix: ByteRange
  /// The content: any bytes, not necessarily text.
  public var content: ByteRange

  /// Makes the message.
  public init(xid: TransactionID?, isTransactional: Bool, lsn: LSN, prefix: ByteRange, content: ByteRange) {
    self.xid = xid
    self.isTransactional = isTransactional
    self.lsn = lsn
    self.prefix = prefix
    self.content = content
  }
}
