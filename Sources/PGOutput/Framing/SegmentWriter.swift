/// Collects messages in one run of bytes: each with its length before it, UInt32 in network byte order.
///
/// A segment is what the receiving thread hands to the applying one, and what is stored of a stopped table's changes.
/// Messages are copied as they are, so whatever reads a segment decodes exactly what the server sent.
public struct SegmentWriter: Sendable {
  /// The segment so far.
  public private(set) var bytes: [UInt8] = []
  /// The number of messages so far.
  public private(set) var messageCount = 0

  /// The number of bytes before each message.
  public static let prefixCount = 4

  /// Starts an empty segment with room for `capacity` bytes.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// The number of bytes so far, prefixes included.
  public var byteCount: Int { bytes.count }
  /// True before the first message.
  public var isEmpty: Bool { messageCount == 0 }

  /// Appends a message as it is.
  ///
  /// - Parameter message: From its letter to its last byte.
  /// - Returns: Where the message lies in ``bytes``.
  /// - Throws: ``PGOutputError/Reason/segmentTooLarge`` if the segment would exceed 4 GiB, and
  ///   ``PGOutputError/Reason/emptyMessage``; the segment is unchanged then.
  @discardableResult
  public mutating func append(_ message: RawSpan) throws(PGOutputError) -> ByteRange {
    let range = try nextRange(count: message.byteCount)
    bytes.appendBigEndian(UInt32(truncatingIfNeeded: message.byteCount))
    unsafe message.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    messageCount += 1
    return range
  }

  /// Appends a Begin message, as the server would write it.
  @discardableResult
  public mutating func append(_ begin: BeginMessage) throws(PGOutputError) -> ByteRange {
    let range = try nextRange(count: BeginMessage.encodedCount)
    bytes.appendBigEndian(UInt32(BeginMessage.encodedCount))
    begin.encode(into: &bytes)
    messageCount += 1
    return range
  }

  /// Appends a Commit message, as the server would write it.
  @discardableResult
  public mutating func append(_ commit: CommitMessage) throws(PGOutputError) -> ByteRange {
    let range = try nextRange(count: CommitMessage.encodedCount)
    bytes.appendBigEndian(UInt32(CommitMessage.encodedCount))
    commit.encode(into: &bytes)
    messageCount += 1
    return range
  }

  /// Starts over with an empty segment.
  public mutating func removeAll(keepingCapacity: Bool = false) {
    bytes.removeAll(keepingCapacity: keepingCapacity)
    messageCount = 0
  }

  /// Gives the segment away and starts over with an empty one that has room for `capacity` bytes.
  public mutating func take(nextCapacity capacity: Int = 0) -> [UInt8] {
    let segment = bytes
    bytes = []
    bytes.reserveCapacity(capacity)
    messageCount = 0
    return segment
  }

  private func nextRange(count: Int) throws(PGOutputError) -> ByteRange {
    guard count > 0 else { throw PGOutputError(.emptyMessage, at: bytes.count, expected: "a message") }
    guard bytes.count + Self.prefixCount + count <= Int(UInt32.max),
      let range = ByteRange(offset: bytes.count + Self.prefixCount, count: count)
    else { throw PGOutputError(.segmentTooLarge, at: bytes.count, expected: "at most 4 GiB") }
    return range
  }
}
