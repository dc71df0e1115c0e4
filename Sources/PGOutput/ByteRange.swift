/// Where some bytes lie inside the buffer that was decoded: an offset from the buffer's first byte and a count.
///
/// Messages refer to names and values by ranges instead of copying them. A range has no buffer of its own: it must be
/// read with the buffer that it was decoded from. Both numbers are held in 32 bits, so a range takes 8 bytes and ends
/// within the first 4 GiB of its buffer.
public struct ByteRange: Hashable, Sendable {
  @usableFromInline let storedOffset: UInt32
  @usableFromInline let storedCount: UInt32

  /// Bytes from the beginning of the buffer to the first byte of the range.
  @inlinable public var offset: Int { Int(storedOffset) }
  /// The number of bytes.
  @inlinable public var count: Int { Int(storedCount) }
  /// Bytes from the beginning of the buffer to the byte after the range.
  @inlinable public var end: Int { Int(storedOffset) + Int(storedCount) }
  /// True for a range of no bytes.
  @inlinable public var isEmpty: Bool { storedCount == 0 }

  /// Makes a range; nil if one of the numbers is negative or the range would end beyond 4 GiB (4,294,967,295 bytes).
  @inlinable public init?(offset: Int, count: Int) {
    guard let storedOffset = UInt32(exactly: offset), let storedCount = UInt32(exactly: count),
      !storedOffset.addingReportingOverflow(storedCount).overflow
    else { return nil }
    self.storedOffset = storedOffset
    self.storedCount = storedCount
  }

  /// Makes a range that lies inside another one, so that its numbers are known to fit.
  @inlinable init(insideOffset offset: Int, count: Int) {
    storedOffset = UInt32(truncatingIfNeeded: offset)
    storedCount = UInt32(truncatingIfNeeded: count)
  }
}

extension ByteRange {
  /// The range that covers all of `bytes`; nil if they are more than a range can reach.
  @inlinable public init?(all bytes: RawSpan) { self.init(offset: 0, count: bytes.byteCount) }

  /// True if every byte of the range lies inside `bytes`.
  @inlinable public func isInside(_ bytes: RawSpan) -> Bool { end <= bytes.byteCount }

  /// Gives `body` the bytes themselves, without a copy.
  ///
  /// - Parameters:
  ///   - bytes: The buffer that the range was decoded from.
  ///   - body: Receives the bytes; they are valid until it returns.
  /// - Throws: ``PGOutputError/Reason/rangeOutsideBuffer(bufferCount:)`` if `bytes` is another, shorter buffer.
  @inlinable public func withBytes<Result: ~Copyable>(
    in bytes: RawSpan, _ body: (RawSpan) -> Result
  ) throws(PGOutputError) -> Result {
    guard isInside(bytes) else { throw .outside(self, of: bytes) }
    return body(bytes.extracting(offset..<end))
  }

  /// The bytes as text.
  ///
  /// - Parameter bytes: The buffer that the range was decoded from.
  /// - Throws: ``PGOutputError`` if they are not UTF-8 or the range does not lie in `bytes`.
  public func text(in bytes: RawSpan) throws(PGOutputError) -> String {
    guard isInside(bytes) else { throw .outside(self, of: bytes) }
    guard let text = UTF8Validation.string(bytes.extracting(offset..<end)) else {
      throw PGOutputError(.invalidUTF8, at: offset, expected: "text in UTF-8")
    }
    return text
  }

  /// A copy of the bytes.
  ///
  /// - Parameter bytes: The buffer that the range was decoded from.
  /// - Throws: ``PGOutputError`` if the range does not lie in `bytes`.
  public func copy(of bytes: RawSpan) throws(PGOutputError) -> [UInt8] {
    guard isInside(bytes) else { throw .outside(self, of: bytes) }
    return unsafe bytes.extracting(offset..<end).withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
