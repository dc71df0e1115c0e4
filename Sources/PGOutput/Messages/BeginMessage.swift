import PostgresTypes

/// `B`: a committed transaction begins; everything up to the next Commit belongs to it.
///
/// 21 bytes: letter, Int64 LSN, Int64 time, Int32 xid (`logicalrep_write_begin`).
public struct BeginMessage: Hashable, Sendable {
  /// Where the transaction's commit record begins; never zero. The same as ``CommitMessage/commitLSN``.
  public var finalLSN: LSN
  /// When the transaction was committed on the source.
  public var commitTime: PostgresTimestamp
  /// The transaction on the source.
  public var xid: TransactionID

  /// Makes the message.
  public init(finalLSN: LSN, commitTime: PostgresTimestamp, xid: TransactionID) {
    self.finalLSN = finalLSN
    self.commitTime = commitTime
    self.xid = xid
  }
}

extension BeginMessage {
  /// The message's length in bytes.
  public static let encodedCount = 21

  /// Appends the message as the server would write it, so that parked changes can be framed like a transaction.
  ///
  /// - Precondition: ``finalLSN`` and ``xid`` are not zero; such a message would not decode.
  public func encode(into bytes: inout [UInt8]) {
    precondition(finalLSN != .zero && xid.rawValue != 0, "A transaction has a commit position and an id.")
    bytes.append(MessageKind.begin.rawValue)
    bytes.appendBigEndian(finalLSN.rawValue)
    bytes.appendBigEndian(commitTime.rawValue)
    bytes.appendBigEndian(xid.rawValue)
  }
}
