/// A row on the wire: where its columns lie in the decoded buffer.
///
/// Int16 count of columns, then for each a letter (``ColumnKind``), and for text and binary values Int32 length and the
/// value (`logicalrep_write_tuple`). The decoder has walked over every column, so that reading them again with the same
/// buffer does not fail; it is still checked, because a tuple may be read with another buffer by mistake.
public struct TupleData: Hashable, Sendable {
  /// The columns, without the count before them.
  public let columns: ByteRange
  @usableFromInline let storedColumnCount: UInt16
  /// True if at least one column is an unchanged TOAST value.
  public let hasUnchangedTOAST: Bool

  @inlinable init(columns: ByteRange, columnCount: UInt16, hasUnchangedTOAST: Bool) {
    self.columns = columns
    self.storedColumnCount = columnCount
    self.hasUnchangedTOAST = hasUnchangedTOAST
  }

  /// The number of columns; 0 for a table without columns.
  @inlinable public var columnCount: Int { Int(storedColumnCount) }
}

extension TupleData {
  /// Starts at the first column.
  @inlinable public func makeCursor() -> TupleCursor { TupleCursor(self) }

  /// Calls `body` with the index of each column (from 0) and the column. Nothing is allocated.
  ///
  /// - Parameters:
  ///   - bytes: The buffer that the tuple was decoded from.
  ///   - body: Called for each column in order.
  @inlinable public func forEachColumn(
    in bytes: RawSpan, _ body: (Int, ColumnField) throws(PGOutputError) -> Void
  ) throws(PGOutputError) {
    var cursor = makeCursor()
    var index = 0
    while let field = try cursor.next(in: bytes) {
      try body(index, field)
      index &+= 1
    }
  }

  /// Replaces the content of `fields` by this tuple's columns, for random access.
  ///
  /// Nothing is allocated once `fields` has room enough, so keep one array for all tuples.
  ///
  /// - Parameters:
  ///   - bytes: The buffer that the tuple was decoded from.
  ///   - fields: Has ``columnCount`` elements afterwards. If an error is thrown, the columns before it.
  @inlinable public func readColumns(
    in bytes: RawSpan, into fields: inout [ColumnField]
  ) throws(PGOutputError) {
    fields.removeAll(keepingCapacity: true)
    try fields.append(addingCapacity: columnCount) { (output) throws(PGOutputError) in
      var cursor = makeCursor()
      while let field = try cursor.next(in: bytes) { output.append(field) }
    }
  }

  /// Refuses a tuple that has not as many columns as its relation (seen from PostgreSQL 15.0 and 15.1 with column
  /// lists): whoever went on by index would write values into the wrong columns.
  ///
  /// - Parameter relationColumnCount: ``RelationMessage/columnCount`` of the shape in force.
  @inlinable public func requireColumnCount(_ relationColumnCount: Int) throws(PGOutputError) {
    guard columnCount == relationColumnCount else {
      throw PGOutputError(
        .columnCount(found: columnCount, relation: relationColumnCount), at: columns.offset,
        expected: "as many columns as the relation has")
    }
  }
}
