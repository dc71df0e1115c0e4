import PostgresTypes

/// Walks forward over one message inside a larger buffer.
///
/// The invariant is `0 <= offset <= end <= bytes.byteCount`. The initializer establishes it against the buffer, and
/// every method checks that enough bytes are left before it reads. The reader does not hold the buffer: it is handed to
/// every call, and the loads are bounds-checked by the standard library once more, so that even a buffer exchanged
/// between two calls could not be over-read. `end` came out of a ``ByteRange``, so every range up to it can be made.
@usableFromInline
struct ByteReader {
  @usableFromInline private(set) var offset: Int
  @usableFromInline let end: Int

  @inlinable
  init(_ range: ByteRange, in bytes: RawSpan) throws(PGOutputError) {
    guard range.isInside(bytes) else { throw .outside(range, of: bytes) }
    offset = range.offset
    end = range.end
  }

  @inlinable var remaining: Int { end &- offset }

  @inlinable @inline(__always)
  mutating func take<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, _ bytes: RawSpan, _ field: @autoclosure () -> String
  ) throws(PGOutputError) -> Value {
    let size = MemoryLayout<Value>.size
    guard remaining >= size else {
      throw PGOutputError(.truncated(needed: size, available: remaining), at: offset, expected: field())
    }
    // Any pattern of bytes is a valid integer, and the load checks its bounds.
    let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
    offset &+= size
    return Value(bigEndian: value)
  }

  @inlinable @inline(__always)
  mutating func byte(_ bytes: RawSpan, _ field: @autoclosure () -> String) throws(PGOutputError) -> UInt8 {
    try take(UInt8.self, bytes, field())
  }

  /// A run of `count` bytes.
  @inlinable @inline(__always)
  mutating func run(_ count: Int, _ field: @autoclosure () -> String) throws(PGOutputError) -> ByteRange {
    guard count >= 0, count <= remaining else {
      throw count < 0
        ? PGOutputError(.negativeLength(count), at: offset, expected: field())
        : PGOutputError(.truncated(needed: count, available: remaining), at: offset, expected: field())
    }
    let range = ByteRange(insideOffset: offset, count: count)
    offset &+= count
    return range
  }

  /// A run of bytes that follows its own length (Int32).
  @inlinable @inline(__always)
  mutating func countedRun(_ bytes: RawSpan, _ field: @autoclosure () -> String) throws(PGOutputError) -> ByteRange {
    let start = offset
    let count = Int(try take(Int32.self, bytes, field()))
    guard count >= 0 else { throw PGOutputError(.negativeLength(count), at: start, expected: field()) }
    guard count <= remaining else {
      throw PGOutputError(.truncated(needed: count, available: remaining), at: offset, expected: field())
    }
    let range = ByteRange(insideOffset: offset, count: count)
    offset &+= count
    return range
  }

  /// A string up to its terminating zero byte, which is skipped and not part of the range.
  mutating func string(_ bytes: RawSpan, _ field: @autoclosure () -> String) throws(PGOutputError) -> ByteRange {
    let start = offset
    var position = offset
    while position < end {
      if unsafe bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self) == 0 {
        guard UTF8Validation.isValid(bytes.extracting(start..<position)) else {
          throw PGOutputError(.invalidUTF8, at: start, expected: field())
        }
        offset = position &+ 1
        return ByteRange(insideOffset: start, count: position &- start)
      }
      position &+= 1
    }
    throw PGOutputError(.unterminatedString, at: start, expected: field())
  }

  /// A WAL position that must not be `InvalidXLogRecPtr`.
  mutating func lsn(_ bytes: RawSpan, _ field: @autoclosure () -> String) throws(PGOutputError) -> LSN {
    let start = offset
    let value = try take(UInt64.self, bytes, field())
    guard value != 0 else { throw PGOutputError(.zeroIdentifier, at: start, expected: field()) }
    return LSN(rawValue: value)
  }

  /// A WAL position that may be `InvalidXLogRecPtr`.
  mutating func optionalLSN(_ bytes: RawSpan, _ field: @autoclosure () -> String) throws(PGOutputError) -> LSN {
    LSN(rawValue: try take(UInt64.self, bytes, field()))
  }

  mutating func timestamp(
    _ bytes: RawSpan, _ field: @autoclosure () -> String
  ) throws(PGOutputError) -> PostgresTimestamp {
    PostgresTimestamp(rawValue: try take(Int64.self, bytes, field()))
  }

  /// A transaction id, which is never `InvalidTransactionId`.
  mutating func xid(_ bytes: RawSpan, _ field: @autoclosure () -> String) throws(PGOutputError) -> TransactionID {
    let start = offset
    let value = try take(UInt32.self, bytes, field())
    guard value != 0 else { throw PGOutputError(.zeroIdentifier, at: start, expected: field()) }
    return TransactionID(rawValue: value)
  }

  /// An object id. It names a table or type, so it is never `InvalidOid`.
  @inlinable @inline(__always)
  mutating func oid(_ bytes: RawSpan, _ field: @autoclosure () -> String) throws(PGOutputError) -> OID {
    let start = offset
    let value = try take(UInt32.self, bytes, field())
    guard value != 0 else { throw PGOutputError(.zeroIdentifier, at: start, expected: field()) }
    return OID(rawValue: value)
  }

  /// A byte of flags in which only the bits of `known` may be set.
  mutating func flags(
    known: UInt8, _ bytes: RawSpan, _ field: @autoclosure () -> String
  ) throws(PGOutputError) -> UInt8 {
    let start = offset
    let value = try byte(bytes, field())
    guard value & ~known == 0 else { throw PGOutputError(.unexpectedByte(value), at: start, expected: field()) }
    return value
  }

  /// The message must end here.
  @inlinable @inline(__always)
  func finish() throws(PGOutputError) {
    guard offset == end else {
      throw PGOutputError(.trailingBytes(remaining), at: offset, expected: "end of the message")
    }
  }
}
