import PGOutput
import Testing

@Suite("Message kinds")
struct MessageKindTests {
  @Test("the letters are those of protocol versions 1 to 4")
  func letters() {
    let letters = MessageKind.allCases.map { String(Character(Unicode.Scalar($0.rawValue))) }.sorted()
    #expect(letters.joined() == "ABCDEIKMOPRSTUYbcpr")
    for byte in UInt8.min...UInt8.max {
      #expect((MessageKind(firstByte: byte) != nil) == letters.contains(String(Character(Unicode.Scalar(byte)))))
    }
  }

  @Test("streaming came with protocol 2, two-phase with 3")
  func versions() {
    let byVersion = Dictionary(grouping: MessageKind.allCases, by: \.minimumProtocolVersion)
    #expect(byVersion[1]?.count == 10)
    #expect(byVersion[2] == [.streamStart, .streamStop, .streamCommit, .streamAbort])
    #expect(byVersion[3] == [.beginPrepare, .prepare, .commitPrepared, .rollbackPrepared, .streamPrepare])
  }

  @Test("the kind of a message is told by its first byte alone")
  func firstByte() throws {
    let bytes: [UInt8] = [0xFF, UInt8(ascii: "I"), 0xFF]
    #expect(try PGOutputDecoder.kind(of: bytes.span.bytes, at: ByteRange(offset: 1, count: 1)!) == .insert)
    let unknown = #expect(throws: PGOutputError.self) {
      try PGOutputDecoder.kind(of: bytes.span.bytes, at: ByteRange(offset: 2, count: 1)!)
    }
    #expect(unknown?.reason == .unknownMessage(0xFF))
    let empty = #expect(throws: PGOutputError.self) {
      try PGOutputDecoder.kind(of: bytes.span.bytes, at: ByteRange(offset: 1, count: 0)!)
    }
    #expect(empty?.reason == .emptyMessage)
  }
}
