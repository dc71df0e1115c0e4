import PGOutput
import Testing

@Suite("Round trips")
struct RoundTripTests {
  @Test("what the mirror encoder writes is decoded to the same content", arguments: 0..<8)
  func random(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<250 {
      let placed = PlacedMessage.random(using: &generator)
      let bytes = MirrorEncoder.encode(placed)
      let message = try PGOutputDecoder.decode(bytes.span.bytes, insideStream: placed.insideStream)
      #expect(try PlacedMessage(message, in: bytes.span.bytes, insideStream: placed.insideStream) == placed)
      #expect(try PGOutputDecoder.kind(of: bytes.span.bytes, at: ByteRange(all: bytes.span.bytes)!) == message.kind)
    }
  }

  @Test("the generator reaches every kind of message")
  func coverage() throws {
    var generator = SeededGenerator(seed: 1)
    var kinds: Set<MessageKind> = []
    for _ in 0..<2000 {
      let placed = PlacedMessage.random(using: &generator)
      let bytes = MirrorEncoder.encode(placed)
      kinds.insert(try PGOutputDecoder.decode(bytes.span.bytes, insideStream: placed.insideStream).kind)
    }
    #expect(kinds == Set(MessageKind.allCases))
  }

  @Test("the fixtures have every kind of message")
  func fixtureCoverage() throws {
    var kinds: Set<MessageKind> = []
    for fixture in Fixture.streams {
      for message in fixture.placedMessages { kinds.insert(try message.decode().kind) }
    }
    #expect(kinds == Set(MessageKind.allCases))
  }

  @Test("a real server's messages are decoded and written again byte for byte", arguments: Fixture.streams)
  func fixtures(fixture: Fixture) throws {
    for message in fixture.placedMessages {
      let decoded = try message.decode()
      let placed = try PlacedMessage(decoded, in: message.bytes.span.bytes, insideStream: message.insideStream)
      #expect(MirrorEncoder.encode(placed) == message.bytes, "\(message)")
    }
  }

  @Test("a message is read alike wherever it lies and whatever surrounds it", arguments: Fixture.streams)
  func placement(fixture: Fixture) throws {
    for message in fixture.placedMessages {
      let alone = try PlacedMessage(
        try message.decode(), in: message.bytes.span.bytes, insideStream: message.insideStream)
      for (before, after) in [([UInt8](repeating: 0xFF, count: 3), [UInt8](repeating: 0, count: 9)), ([0], [0x74])] {
        let buffer = before + message.bytes + after
        let range = try #require(ByteRange(offset: before.count, count: message.bytes.count))
        let decoded = try PGOutputDecoder.decode(
          buffer.span.bytes, at: range, insideStream: message.insideStream, acceptsUnchangedTOASTInInsert: true)
        #expect(try PlacedMessage(decoded, in: buffer.span.bytes, insideStream: message.insideStream) == alone)
        for inner in decoded.allRanges(in: buffer.span.bytes) {
          #expect(inner.offset >= range.offset && inner.end <= range.end, "\(message)")
        }
      }
    }
  }
}
