import PostgresTypes

/// `O`: the transaction came to the source by replication. It follows Begin (or Stream Start, without an xid).
///
/// Letter, Int64 LSN on the origin, String name (`logicalrep_write_origin`).
public struct OriginMessage: Hashable, Sendable {
  /// The position of the commit on the origin server; zero if it is not known.
  public var originLSN: LSN
  /// The name of the replication origin, UTF-8.
  public var name: ByteRange

  /// Makes the message.
  public init(originLSN: LSN, name: ByteRange) {
    self.originLSN = originLSN
    self.name = name
  }
}
