/// A tuple of a change that has been decoded, at its address in a segment: the number of columns (Int16), then for each
/// column its kind (`n` NULL, `u` unchanged TOAST, `t` text, `b` binary) and, for the last two, length (Int32) and bytes.
///
/// Reading is unchecked. That is sound because a `TupleBytes` is only made from a message that `PGOutput` has decoded:
/// its decoder has walked the same lengths and refused everything that does not fit its message. It must not outlive
/// the segment that it points into.
public struct TupleBytes {
  /// Where the tuple begins.
  public let start: UnsafeRawPointer

  /// Refers to a decoded tuple.
  public init(start: UnsafeRawPointer) { self.start = start }

  /// The number of columns.
  public var columnCount: Int { Int(Int16(bigEndian: start.loadUnaligned(as: Int16.self))) }

  /// The columns in the order of the relation.
  public var columns: TupleColumns {
    TupleColumns(next: start + 2, remaining: columnCount)
  }

  /// The length of the whole tuple in bytes.
  public var byteCount: Int {
    var columns = columns
    while columns.next() != nil {}
    return columns.position - start
  }
}

/// One value of a tuple.
public struct TupleColumn {
  /// `n`, `u`, `t` or `b`.
  public let kind: UInt8
  /// Where its length stands; 4 bytes behind it the value begins. Meaningful for `t` and `b` alone.
  public let lengthPointer: UnsafeRawPointer
  /// The number of bytes of the value; 0 for NULL and unchanged TOAST.
  public let count: Int

  /// The column is NULL.
  public static let null = UInt8(ascii: "n")
  /// The value was not sent: it is TOASTed and did not change.
  public static let unchanged = UInt8(ascii: "u")

  /// The bytes of the value.
  public var value: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: lengthPointer + 4, count: count) }
  /// Length and value as they stand in the message, which is also how a binary array holds them.
  public var lengthAndValue: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: lengthPointer, count: 4 + count)
  }
}

/// Walks the columns of a tuple.
public struct TupleColumns {
  /// The next column's first byte.
  public private(set) var position: UnsafeRawPointer
  private var remaining: Int

  init(next: UnsafeRawPointer, remaining: Int) {
    position = next
    self.remaining = remaining
  }

  /// The next column, or nil behind the last one.
  public mutating func next() -> TupleColumn? {
    guard remaining > 0 else { return nil }
    remaining -= 1
    let kind = position.load(as: UInt8.self)
    let lengthPointer = position + 1
    guard kind != TupleColumn.null, kind != TupleColumn.unchanged else {
      position = lengthPointer
      return TupleColumn(kind: kind, lengthPointer: lengthPointer, count: 0)
    }
    let count = Int(UInt32(bigEndian: lengthPointer.loadUnaligned(as: UInt32.self)))
    position = lengthPointer + 4 + count
    return TupleColumn(kind: kind, lengthPointer: lengthPointer, count: count)
  }
}
