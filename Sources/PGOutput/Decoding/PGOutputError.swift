/// Why some bytes are not what the protocol says, and where.
///
/// Malformed input is always reported this way and never traps. The description names offsets, lengths and message
/// letters, never the content of a value.
public struct PGOutputError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// The message has no bytes at all.
    case emptyMessage
    /// The first byte is not the letter of a message of protocol versions 1 to 4.
    case unknownMessage(UInt8)
    /// The first byte is not the letter of a frame that a server sends.
    case unknownFrame(UInt8)
    /// A field of `needed` bytes begins where only `available` bytes are left.
    case truncated(needed: Int, available: Int)
    /// A length or count below zero.
    case negativeLength(Int)
    /// Bytes are left over after the last field of the message.
    case trailingBytes(Int)
    /// No terminating zero byte before the end of the message.
    case unterminatedString
    /// A name or other string that is not UTF-8.
    case invalidUTF8
    /// A byte that has no meaning in this place: tuple letter, column letter, replica identity, flags.
    case unexpectedByte(UInt8)
    /// A WAL position or transaction id that must be set is zero.
    case zeroIdentifier
    /// A message that cannot occur between Stream Start and Stream Stop does so.
    case insideStream
    /// A message that can only occur between Stream Start and Stream Stop occurs elsewhere.
    case outsideStream
    /// An INSERT carries the mark of an unchanged TOAST value; there is no older row that could hold the value.
    case unchangedTOASTInInsert
    /// A tuple has another number of columns than its relation.
    case columnCount(found: Int, relation: Int)
    /// The range to be decoded does not lie inside the buffer of `bufferCount` bytes.
    case rangeOutsideBuffer(bufferCount: Int)
    /// The segment would grow past the 4 GiB that ranges can address.
    case segmentTooLarge
  }

  /// What is wrong.
  public var reason: Reason
  /// Where: bytes from the beginning of the buffer (not of the message) to the field that is wrong. It lies inside the
  /// message or directly behind its last byte.
  public var offset: Int
  /// What the format has in that place.
  public var expected: String
  /// The message that was being decoded, if its letter was known.
  public var message: MessageKind?

  /// Makes an error about the byte at `offset` of the buffer.
  @inline(never)
  public init(_ reason: Reason, at offset: Int, expected: String, message: MessageKind? = nil) {
    self.reason = reason
    self.offset = offset
    self.expected = expected
    self.message = message
  }

  /// The same error, with the message that it occurred in.
  func inside(_ kind: MessageKind) -> PGOutputError {
    PGOutputError(reason, at: offset, expected: expected, message: kind)
  }

  @inline(never) @usableFromInline
  static func outside(_ range: ByteRange, of bytes: RawSpan) -> PGOutputError {
    let end = Swift.min(range.offset, bytes.byteCount)
    return PGOutputError(
      .rangeOutsideBuffer(bufferCount: bytes.byteCount), at: end,
      expected: "\(range.count) bytes from offset \(range.offset)")
  }
}

extension PGOutputError: CustomStringConvertible {
  /// One line for a log: what, where, and what was expected there.
  public var description: String {
    let place = message.map { "\($0) message" } ?? "replication data"
    return "malformed \(place): \(reason.text) at byte \(offset) (expected \(expected))"
  }
}

extension PGOutputError.Reason {
  fileprivate var text: String {
    switch self {
    case .emptyMessage: "empty message"
    case .unknownMessage(let byte): "unknown message \(Self.letter(byte))"
    case .unknownFrame(let byte): "unknown frame \(Self.letter(byte))"
    case .truncated(let needed, let available): "\(needed) bytes needed, \(available) left"
    case .negativeLength(let length): "negative length \(length)"
    case .trailingBytes(let count): "\(count) bytes left over"
    case .unterminatedString: "string without an end"
    case .invalidUTF8: "invalid UTF-8"
    case .unexpectedByte(let byte): "unexpected byte \(Self.letter(byte))"
    case .zeroIdentifier: "zero"
    case .insideStream: "not allowed inside a stream block"
    case .outsideStream: "not allowed outside a stream block"
    case .unchangedTOASTInInsert: "unchanged TOAST value in an INSERT"
    case .columnCount(let found, let relation): "\(found) columns for a relation of \(relation)"
    case .rangeOutsideBuffer(let count): "range outside the buffer of \(count) bytes"
    case .segmentTooLarge: "segment larger than 4 GiB"
    }
  }

  private static func letter(_ byte: UInt8) -> String {
    let hex = "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    return (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))' (\(hex))" : hex
  }
}
