import PostgresTypes

/// `C`: the end of a committed transaction.
///
/// 26 bytes: letter, Int8 flags (always 0), Int64 LSN, Int64 end LSN, Int64 time (`logicalrep_write_commit`).
public struct CommitMessage: Hashable, Sendable {
  /// Where the commit record begins; never zero.
  public var commitLSN: LSN
  /// The byte after the commit record; never zero. Having applied the transaction, this is what may be confirmed.
  public var endLSN: LSN
  /// When the transaction was committed on the source.
  public var commitTime: PostgresTimestamp

  /// Makes the message.
  public init(commitLSN: LSN, endLSN: LSN, commitTime: PostgresTimestamp) {
    self.commitLSN = commitLSN
    self.endLSN = endLSN
    self.commitTime = commitTime
  }
}

extension CommitMessage {
  /// The message's length in bytes.
  public static let encodedCount = 26

  /// Appends the message as the server would write it, so that parked changes can be framed like a transaction.
  ///
  /// - Precondition: Both positions are set; a message without them would not decode.
  public func encode(into bytes: inout [UInt8]) {
    precondition(commitLSN != .zero && endLSN != .zero, "A commit has a position and an end.")
    bytes.append(MessageKind.commit.rawValue)
    bytes.append(0)
    bytes.appendBigEndian(commitLSN.rawValue)
    bytes.appendBigEndian(endLSN.rawValue)
    bytes.appendBigEndian(commitTime.rawValue)
  }
}
