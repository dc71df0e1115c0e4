/// Walks over the columns of a tuple without allocating.
///
/// The cursor does not hold the buffer, because a type that holds a span must not outlive it; the buffer is handed to
/// every call instead. The invariant is `tuple.columns.offset <= offset <= end`.
public struct TupleCursor: Sendable {
  @usableFromInline var offset: Int
  @usableFromInline var remainingColumns: Int
  @usableFromInline let end: Int

  @inlinable init(_ tuple: TupleData) {
    offset = tuple.columns.offset
    end = tuple.columns.end
    remainingColumns = tuple.columnCount
  }

  /// The next column; nil after the last one.
  ///
  /// - Parameter bytes: The buffer that the tuple was decoded from.
  /// - Throws: ``PGOutputError`` if the bytes are not those that the tuple was decoded from.
  @inlinable @inline(__always)
  public mutating func next(in bytes: RawSpan) throws(PGOutputError) -> ColumnField? {
    guard remainingColumns > 0 else { return nil }
    var reader = try ByteReader(ByteRange(insideOffset: offset, count: end &- offset), in: bytes)
    let field = try reader.column(bytes)
    offset = reader.offset
    remainingColumns &-= 1
    return field
  }
}

extension ByteReader {
  /// Reads one column of a tuple.
  @inlinable @inline(__always)
  mutating func column(_ bytes: RawSpan) throws(PGOutputError) -> ColumnField {
    let start = offset
    switch try byte(bytes, "column letter n, u, t or b") {
    case ColumnKind.text.rawValue:
      return ColumnField(kind: .text, value: try countedRun(bytes, "text value"))
    case ColumnKind.null.rawValue:
      return ColumnField(kind: .null, value: ByteRange(insideOffset: offset, count: 0))
    case ColumnKind.binary.rawValue:
      return ColumnField(kind: .binary, value: try countedRun(bytes, "binary value"))
    case ColumnKind.unchangedTOAST.rawValue:
      return ColumnField(kind: .unchangedTOAST, value: ByteRange(insideOffset: offset, count: 0))
    case let other:
      throw PGOutputError(.unexpectedByte(other), at: start, expected: "column letter n, u, t or b")
    }
  }
}
