import PostgresTypes

/// `w`: carries one message of the output plugin.
///
/// Letter, Int64 start LSN, Int64 end LSN, Int64 time, payload. The header is 25 bytes (protocol-replication, XLogData).
public struct XLogData: Hashable, Sendable {
  /// The position of the change in the log; zero for Relation and Type messages.
  public var dataStart: LSN
  /// The end of the log on the server when it sent the frame. It is not progress and must not be confirmed.
  public var serverWALEnd: LSN
  /// The server's clock when it sent the frame.
  public var sendTime: PostgresTimestamp
  /// The message.
  public var payload: ByteRange

  /// The length of everything before the payload, in bytes.
  public static let headerCount = 25

  /// Makes the frame.
  public init(dataStart: LSN, serverWALEnd: LSN, sendTime: PostgresTimestamp, payload: ByteRange) {
    self.dataStart = dataStart
    self.serverWALEnd = serverWALEnd
    self.sendTime = sendTime
    self.payload = payload
  }
}
