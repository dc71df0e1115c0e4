import PGOutput
import PostgresTypes
import Testing

/// Each rule of the format by itself: what is wrong, and at which byte.
@Suite("Malformed messages")
struct MalformedMessageTests {
  struct Case: CustomTestStringConvertible {
    var what: String
    var bytes: [UInt8]
    var insideStream = false
    var reason: PGOutputError.Reason
    var offset: Int
    var testDescription: String { what }
  }

  private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
  private static let oid: [UInt8] = [0, 0, 0x40, 0]
  private static let lsn: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 9]
  private static let zeros = [UInt8](repeating: 0, count: 8)

  static let messages: [Case] = [
    Case(what: "no bytes", bytes: [], reason: .emptyMessage, offset: 0),
    Case(what: "unknown letter", bytes: ascii("Z"), reason: .unknownMessage(0x5A), offset: 0),
    Case(what: "Begin cut short", bytes: ascii("B") + lsn, reason: .truncated(needed: 8, available: 0), offset: 9),
    Case(
      what: "Begin without a position", bytes: ascii("B") + zeros + zeros + [0, 0, 0, 1], reason: .zeroIdentifier,
      offset: 1),
    Case(
      what: "Begin without an xid", bytes: ascii("B") + lsn + zeros + [0, 0, 0, 0], reason: .zeroIdentifier, offset: 17),
    Case(
      what: "Commit with unknown flags", bytes: ascii("C") + [1] + lsn + lsn + zeros, reason: .unexpectedByte(1),
      offset: 1),
    Case(
      what: "Commit without an end", bytes: ascii("C") + [0] + lsn + zeros + zeros, reason: .zeroIdentifier, offset: 10),
    Case(what: "Origin without an end", bytes: ascii("O") + lsn + ascii("up"), reason: .unterminatedString, offset: 9),
    Case(
      what: "Relation with a name that is not UTF-8", bytes: ascii("R") + oid + ascii("s\0") + [0xC3, 0x28, 0],
      reason: .invalidUTF8, offset: 7),
    Case(
      what: "Relation with an unknown replica identity", bytes: ascii("R") + oid + ascii("s\0t\0x"),
      reason: .unexpectedByte(0x78), offset: 9),
    Case(
      what: "Relation with a negative count of columns", bytes: ascii("R") + oid + ascii("s\0t\0d") + [0xFF, 0xFF],
      reason: .negativeLength(-1), offset: 10),
    Case(
      what: "Relation with unknown column flags", bytes: ascii("R") + oid + ascii("s\0t\0d") + [0, 1, 2],
      reason: .unexpectedByte(2), offset: 12),
    Case(
      what: "Relation with a column that has no type",
      bytes: ascii("R") + oid + ascii("s\0t\0d") + [0, 1, 1] + ascii("c\0") + [0, 0, 0, 0] + [0, 0, 0, 0],
      reason: .zeroIdentifier, offset: 15),
    Case(
      what: "Relation with fewer columns than it says", bytes: ascii("R") + oid + ascii("s\0t\0d") + [0, 1],
      reason: .truncated(needed: 1, available: 0), offset: 12),
    Case(what: "Relation without an OID", bytes: ascii("R") + [0, 0, 0, 0], reason: .zeroIdentifier, offset: 1),
    Case(
      what: "Insert with another tuple letter", bytes: ascii("I") + oid + ascii("K"), reason: .unexpectedByte(0x4B),
      offset: 5),
    Case(
      what: "Insert with a negative count of columns", bytes: ascii("I") + oid + ascii("N") + [0x80, 0],
      reason: .negativeLength(-32768), offset: 6),
    Case(
      what: "Insert with an unknown column letter", bytes: ascii("I") + oid + ascii("N") + [0, 1] + ascii("x"),
      reason: .unexpectedByte(0x78), offset: 8),
    Case(
      what: "Insert with a value of negative length",
      bytes: ascii("I") + oid + ascii("N") + [0, 1] + ascii("t") + [0xFF, 0xFF, 0xFF, 0xFF],
      reason: .negativeLength(-1), offset: 9),
    Case(
      what: "Insert with a value that reaches past the end",
      bytes: ascii("I") + oid + ascii("N") + [0, 1] + ascii("t") + [0x7F, 0xFF, 0xFF, 0xFF, 1],
      reason: .truncated(needed: 0x7FFF_FFFF, available: 1), offset: 13),
    Case(
      what: "Insert with an unchanged TOAST value", bytes: ascii("I") + oid + ascii("N") + [0, 2] + ascii("nu"),
      reason: .unchangedTOASTInInsert, offset: 9),
    Case(
      what: "Update with another tuple letter", bytes: ascii("U") + oid + ascii("X"), reason: .unexpectedByte(0x58),
      offset: 5),
    Case(
      what: "Update with two old tuples", bytes: ascii("U") + oid + ascii("K") + [0, 0] + ascii("O"),
      reason: .unexpectedByte(0x4F), offset: 8),
    Case(
      what: "Update without a new tuple", bytes: ascii("U") + oid + ascii("K") + [0, 0],
      reason: .truncated(needed: 1, available: 0), offset: 8),
    Case(
      what: "Delete with a new tuple", bytes: ascii("D") + oid + ascii("N"), reason: .unexpectedByte(0x4E), offset: 5),
    Case(
      what: "Truncate with a negative count", bytes: ascii("T") + [0xFF, 0xFF, 0xFF, 0xFF, 0],
      reason: .negativeLength(-1), offset: 1),
    Case(
      what: "Truncate with unknown options", bytes: ascii("T") + [0, 0, 0, 0, 4], reason: .unexpectedByte(4), offset: 5),
    Case(
      what: "Truncate with fewer relations than it says", bytes: ascii("T") + [0x7F, 0xFF, 0xFF, 0xFF, 0] + oid,
      reason: .truncated(needed: 0x1_FFFF_FFFC, available: 4), offset: 6),
    Case(
      what: "Message with unknown flags", bytes: ascii("M") + [2], reason: .unexpectedByte(2), offset: 1),
    Case(
      what: "Message with content of negative length", bytes: ascii("M") + [1] + lsn + [0] + [0x80, 0, 0, 0],
      reason: .negativeLength(-2_147_483_648), offset: 11),
    Case(
      what: "Stream Start that is neither first nor later", bytes: ascii("S") + [0, 0, 0, 1, 3],
      reason: .unexpectedByte(3), offset: 5),
    Case(
      what: "Stream Abort with half a position", bytes: ascii("A") + [0, 0, 0, 1, 0, 0, 0, 2] + lsn,
      reason: .truncated(needed: 8, available: 0), offset: 17),
    Case(
      what: "Prepare without an end of its name",
      bytes: ascii("P") + [0] + lsn + lsn + zeros + [0, 0, 0, 1] + ascii("g"),
      reason: .unterminatedString, offset: 30),
    Case(what: "trailing bytes", bytes: ascii("Y") + oid + ascii("s\0t\0!"), reason: .trailingBytes(1), offset: 9),
    Case(what: "Stream Stop outside a stream", bytes: ascii("E"), reason: .outsideStream, offset: 0),
    Case(what: "Begin inside a stream", bytes: ascii("B"), insideStream: true, reason: .insideStream, offset: 0),
    Case(what: "Stream Start inside a stream", bytes: ascii("S"), insideStream: true, reason: .insideStream, offset: 0),
    Case(
      what: "a change inside a stream without an xid", bytes: ascii("I") + [0, 0, 0, 0] + oid, insideStream: true,
      reason: .zeroIdentifier, offset: 1),
  ]

  @Test("the error names the reason and the byte", arguments: messages)
  func malformed(example: Case) {
    for prefix in [0, 7] {
      let buffer = [UInt8](repeating: 0x74, count: prefix) + example.bytes + [0, 0]
      let range = ByteRange(offset: prefix, count: example.bytes.count)!
      let error = #expect(throws: PGOutputError.self) {
        try PGOutputDecoder.decode(buffer.span.bytes, at: range, insideStream: example.insideStream)
      }
      #expect(error?.reason == example.reason)
      #expect(error?.offset == prefix + example.offset)
      let letter = example.bytes.first.flatMap { MessageKind(firstByte: $0) }
      #expect(error?.message == letter)
    }
  }

  @Test(
    "a range that does not lie in the buffer is refused",
    arguments: [(0, 6), (5, 1), (6, 0), (4_294_967_295, 0), (0, 4_294_967_295)])
  func rangeOutside(offset: Int, count: Int) {
    let bytes: [UInt8] = Array("B1234".utf8)
    let range = ByteRange(offset: offset, count: count)!
    let error = #expect(throws: PGOutputError.self) {
      try PGOutputDecoder.decode(bytes.span.bytes, at: range, insideStream: false)
    }
    #expect(error?.reason == .rangeOutsideBuffer(bufferCount: 5))
    #expect((0...5).contains(error?.offset ?? -1))
    #expect(throws: PGOutputError.self) { try PGOutputDecoder.kind(of: bytes.span.bytes, at: range) }
    #expect(throws: PGOutputError.self) { try range.text(in: bytes.span.bytes) }
    #expect(throws: PGOutputError.self) { try range.copy(of: bytes.span.bytes) }
    #expect(throws: PGOutputError.self) { try range.withBytes(in: bytes.span.bytes) { $0.byteCount } }
  }

  @Test(
    "a range that no buffer can have is not made",
    arguments: [(-1, 1), (0, -1), (4_294_967_296, 0), (4_294_967_295, 1), (1, 4_294_967_295), (Int.max, Int.max)])
  func impossibleRange(offset: Int, count: Int) {
    #expect(ByteRange(offset: offset, count: count) == nil)
  }

  @Test("the description tells the message, the byte and what was expected, but no values")
  func description() {
    let bytes = Array("I".utf8) + Self.oid + Array("N".utf8) + [0, 1] + Array("tsecret".utf8)
    let error = #expect(throws: PGOutputError.self) {
      try PGOutputDecoder.decode(bytes.span.bytes, insideStream: false)
    }
    #expect(
      error?.description
        == "malformed insert message: 1936024434 bytes needed, 2 left at byte 13 (expected text value)")
    let unknown = PGOutputError(.unknownMessage(0x5A), at: 3, expected: "message letter")
    #expect(
      unknown.description
        == "malformed replication data: unknown message 'Z' (0x5A) at byte 3 (expected message letter)")
  }
}
