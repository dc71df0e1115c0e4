import PostgresTypes

/// `k`: the server is alive, and asks for an answer if it has waited too long for one.
///
/// 18 bytes: letter, Int64 end LSN, Int64 time, Int8 reply requested (protocol-replication, Primary keepalive message).
public struct PrimaryKeepalive: Hashable, Sendable {
  /// How far the server has decoded and sent. It may be confirmed only while nothing that came before is in flight.
  public var serverWALEnd: LSN
  /// The server's clock when it sent the frame.
  public var sendTime: PostgresTimestamp
  /// True if the server will close the connection unless a status update comes soon.
  public var replyRequested: Bool

  /// Makes the frame.
  public init(serverWALEnd: LSN, sendTime: PostgresTimestamp, replyRequested: Bool) {
    self.serverWALEnd = serverWALEnd
    self.sendTime = sendTime
    self.replyRequested = replyRequested
  }
}
