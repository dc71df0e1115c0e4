import PGOutput
import PostgresTypes
import Testing

@Suite("Tuples")
struct TupleTests {
  private static let values: [MirrorValue] = [.text(Array("1".utf8)), .null, .unchanged, .binary([7, 8]), .text([])]

  private static func update() throws -> (bytes: [UInt8], tuple: TupleData) {
    let bytes = MirrorEncoder.encode(.update(relation: 5, old: nil, new: values))
    guard case .update(let update) = try PGOutputDecoder.decode(bytes.span.bytes, insideStream: false) else {
      preconditionFailure("An Update message is decoded as an update.")
    }
    return (bytes, update.newTuple)
  }

  @Test("cursor, loop and array give the same columns")
  func sameColumns() throws {
    let (bytes, tuple) = try Self.update()
    var byCursor: [ColumnField] = []
    var cursor = tuple.makeCursor()
    while let field = try cursor.next(in: bytes.span.bytes) { byCursor.append(field) }
    #expect(try cursor.next(in: bytes.span.bytes) == nil)

    var byLoop: [ColumnField] = []
    try tuple.forEachColumn(in: bytes.span.bytes) { index, field in
      #expect(index == byLoop.count)
      byLoop.append(field)
    }
    var byArray = [ColumnField](repeating: byCursor[0], count: 9)
    try tuple.readColumns(in: bytes.span.bytes, into: &byArray)

    #expect(byCursor.map(\.kind) == [.text, .null, .unchangedTOAST, .binary, .text])
    #expect(byCursor.map(\.value.count) == [1, 0, 0, 2, 0])
    #expect(byCursor.map(\.isNull) == [false, true, false, false, false])
    #expect(byCursor.map(\.hasValue) == [true, false, false, true, true])
    #expect(try byCursor[0].value.text(in: bytes.span.bytes) == "1")
    #expect(byLoop == byCursor)
    #expect(byArray == byCursor)
    #expect(tuple.columnCount == 5)
    #expect(tuple.hasUnchangedTOAST)
  }

  @Test("an array of columns is filled again without growing")
  func scratchIsReused() throws {
    let (bytes, tuple) = try Self.update()
    var scratch: [ColumnField] = []
    scratch.reserveCapacity(100)
    let capacity = scratch.capacity
    for _ in 0..<3 { try tuple.readColumns(in: bytes.span.bytes, into: &scratch) }
    #expect(scratch.count == 5)
    #expect(scratch.capacity == capacity)
  }

  @Test("a tuple read with another buffer is an error, not a trap")
  func otherBuffer() throws {
    let (bytes, tuple) = try Self.update()
    for count in 0..<bytes.count {
      let other = [UInt8](repeating: 0x74, count: count)
      var fields: [ColumnField] = []
      #expect(throws: PGOutputError.self) { try tuple.readColumns(in: other.span.bytes, into: &fields) }
      #expect(throws: PGOutputError.self) { try tuple.forEachColumn(in: other.span.bytes) { _, _ in } }
    }
    let sameLength = [UInt8](repeating: 0x74, count: bytes.count)
    var cursor = tuple.makeCursor()
    #expect(throws: PGOutputError.self) { try cursor.next(in: sameLength.span.bytes) }
  }

  @Test("a tuple with another number of columns than its relation is refused", arguments: [0, 4, 6, Int.max, -1])
  func columnCount(relationColumnCount: Int) throws {
    let (_, tuple) = try Self.update()
    try tuple.requireColumnCount(5)
    let error = #expect(throws: PGOutputError.self) { try tuple.requireColumnCount(relationColumnCount) }
    #expect(error?.reason == .columnCount(found: 5, relation: relationColumnCount))
    #expect(error?.offset == tuple.columns.offset)
  }

  @Test("a tuple may have as many columns as the format can count")
  func widest() throws {
    let wide = [MirrorValue](repeating: .null, count: Int(Int16.max))
    let bytes = MirrorEncoder.encode(.insert(relation: 5, new: wide))
    guard case .insert(let insert) = try PGOutputDecoder.decode(bytes.span.bytes, insideStream: false) else { return }
    #expect(insert.newTuple.columnCount == Int(Int16.max))
    #expect(try MirrorValue.values(of: insert.newTuple, in: bytes.span.bytes) == wide)
  }
}
