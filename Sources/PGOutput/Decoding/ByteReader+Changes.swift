import PostgresTypes

extension ByteReader {
  /// The letter before a new tuple.
  private static var newTupleLetter: UInt8 { UInt8(ascii: "N") }

  /// Reads an Insert message after its letter and xid.
  mutating func insert(_ bytes: RawSpan, xid: TransactionID?) throws(PGOutputError) -> InsertMessage {
    let relation = try oid(bytes, "OID of the relation")
    let letter = try tupleLetter(bytes, "N")
    try requireNewTuple(letter, "N")
    return InsertMessage(xid: xid, relation: relation, newTuple: try tuple(bytes))
  }

  /// Reads an Update message after its letter and xid.
  mutating func update(_ bytes: RawSpan, xid: TransactionID?) throws(PGOutputError) -> UpdateMessage {
    let relation = try oid(bytes, "OID of the relation")
    var letter = try tupleLetter(bytes, "K, O or N")
    var oldTuple: OldTuple?
    if let extent = OldTuple.Extent(rawValue: letter) {
      oldTuple = OldTuple(extent: extent, tuple: try tuple(bytes))
      letter = try tupleLetter(bytes, "N")
    }
    try requireNewTuple(letter, oldTuple == nil ? "K, O or N" : "N")
    return UpdateMessage(xid: xid, relation: relation, oldTuple: oldTuple, newTuple: try tuple(bytes))
  }

  /// Reads a Delete message after its letter and xid.
  mutating func delete(_ bytes: RawSpan, xid: TransactionID?) throws(PGOutputError) -> DeleteMessage {
    let relation = try oid(bytes, "OID of the relation")
    let letter = try tupleLetter(bytes, "K or O")
    guard let extent = OldTuple.Extent(rawValue: letter) else {
      throw PGOutputError(.unexpectedByte(letter), at: offset - 1, expected: "tuple letter K or O")
    }
    return DeleteMessage(
      xid: xid, relation: relation, oldTuple: OldTuple(extent: extent, tuple: try tuple(bytes)))
  }

  @inline(__always)
  private mutating func tupleLetter(_ bytes: RawSpan, _ letters: String) throws(PGOutputError) -> UInt8 {
    try byte(bytes, "tuple letter " + letters)
  }

  /// Checks the letter that has just been read.
  @inline(__always)
  private func requireNewTuple(_ letter: UInt8, _ letters: String) throws(PGOutputError) {
    guard letter == Self.newTupleLetter else {
      throw PGOutputError(.unexpectedByte(letter), at: offset - 1, expected: "tuple letter " + letters)
    }
  }

  /// Reads a tuple and walks over its columns.
  @inline(__always)
  private mutating func tuple(_ bytes: RawSpan) throws(PGOutputError) -> TupleData {
    let countOffset = offset
    let columnCount = try take(Int16.self, bytes, "count of columns")
    guard columnCount >= 0 else {
      throw PGOutputError(.negativeLength(Int(columnCount)), at: countOffset, expected: "count of columns")
    }
    let start = offset
    var hasUnchangedTOAST = false
    var left = columnCount
    while left > 0 {
      if try column(bytes).kind == .unchangedTOAST { hasUnchangedTOAST = true }
      left &-= 1
    }
    return TupleData(
      columns: ByteRange(insideOffset: start, count: offset &- start), columnCount: UInt16(columnCount),
      hasUnchangedTOAST: hasUnchangedTOAST)
  }
}

extension TupleData {
  /// The error about the first unchanged TOAST value of an inserted row.
  @inline(never)
  func unchangedTOASTError(_ bytes: RawSpan) -> PGOutputError {
    var cursor = makeCursor()
    var place = columns.offset
    while let field = try? cursor.next(in: bytes) {
      if field.kind == .unchangedTOAST {
        // The field's empty value begins behind its letter.
        place = field.value.offset - 1
        break
      }
    }
    return PGOutputError(.unchangedTOASTInInsert, at: place, expected: "column letter n, t or b in an INSERT")
  }
}
