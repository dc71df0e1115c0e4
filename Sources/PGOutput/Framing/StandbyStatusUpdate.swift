import PostgresTypes

/// `r`: what the receiver tells the server of its progress.
///
/// 34 bytes: letter, Int64 written, Int64 flushed, Int64 applied, Int64 time, Int8 reply requested
/// (protocol-replication, Standby status update). A logical slot's `confirmed_flush_lsn` follows ``flushed``.
public struct StandbyStatusUpdate: Hashable, Sendable {
  /// The byte after the last one that was received.
  public var written: LSN
  /// The byte after the last one that is durable; the server may forget everything before it.
  public var flushed: LSN
  /// The byte after the last one that was applied.
  public var applied: LSN
  /// The receiver's clock.
  public var clientTime: PostgresTimestamp
  /// True if the server shall answer with a keepalive at once.
  public var replyRequested: Bool

  /// The frame's length in bytes.
  public static let encodedCount = 34

  /// Makes the frame.
  public init(written: LSN, flushed: LSN, applied: LSN, clientTime: PostgresTimestamp, replyRequested: Bool = false) {
    self.written = written
    self.flushed = flushed
    self.applied = applied
    self.clientTime = clientTime
    self.replyRequested = replyRequested
  }

  /// The frame as it goes into a CopyData message.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.encodedCount)
    bytes.append(UInt8(ascii: "r"))
    bytes.appendBigEndian(written.rawValue)
    bytes.appendBigEndian(flushed.rawValue)
    bytes.appendBigEndian(applied.rawValue)
    bytes.appendBigEndian(clientTime.rawValue)
    bytes.append(replyRequested ? 1 : 0)
    return bytes
  }
}
