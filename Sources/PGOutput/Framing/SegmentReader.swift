/// Walks over the messages of a segment that a ``SegmentWriter`` has written.
///
/// The reader does not hold the segment; it is handed to every call.
///
/// ```swift
/// var reader = SegmentReader()
/// while let range = try reader.next(in: segment.span.bytes) {
///   let message = try PGOutputDecoder.decode(segment.span.bytes, at: range, insideStream: false)
/// }
/// ```
public struct SegmentReader: Sendable {
  /// Bytes from the beginning of the segment to the prefix of the next message.
  public private(set) var offset: Int

  /// Starts at the first message, or at a prefix that was reached before.
  public init(offset: Int = 0) { self.offset = offset }

  /// Where the next message lies in the segment; nil at the end.
  ///
  /// - Parameter segment: The whole segment, the same in every call.
  /// - Throws: ``PGOutputError`` if a prefix is cut off, is zero, or reaches past the end. The reader stays where it is.
  public mutating func next(in segment: RawSpan) throws(PGOutputError) -> ByteRange? {
    guard offset != segment.byteCount else { return nil }
    guard (0..<segment.byteCount).contains(offset),
      let rest = ByteRange(offset: offset, count: segment.byteCount - offset)
    else {
      throw PGOutputError(
        .rangeOutsideBuffer(bufferCount: segment.byteCount), at: Swift.max(0, Swift.min(offset, segment.byteCount)),
        expected: "a segment of at most 4 GiB")
    }
    var reader = try ByteReader(rest, in: segment)
    let count = Int(try reader.take(UInt32.self, segment, "length of a message"))
    guard count > 0 else { throw PGOutputError(.emptyMessage, at: offset, expected: "length of a message") }
    let message = try reader.run(count, "a message as long as its prefix says")
    offset = reader.offset
    return message
  }
}
