import PGOutput
import Testing

/// Decoding is total: whatever the bytes are, there is a message inside its range or an error inside the input.
@Suite("Hostile bytes")
struct HostileBytesTests {
  /// Decodes, and checks what holds for every input. Returns true if a message came out.
  @discardableResult
  private func check(_ bytes: [UInt8], insideStream: Bool, _ what: @autoclosure () -> String) -> Bool {
    let span = bytes.span.bytes
    do {
      let message = try PGOutputDecoder.decode(span, insideStream: insideStream)
      let outside = message.allRanges(in: span).contains { !$0.isInside(span) }
      if outside { Issue.record("a range outside the message: \(what())") }
      return true
    } catch {
      if !(0...bytes.count).contains(error.offset) || error.expected.isEmpty {
        Issue.record("an error outside the input: \(error), \(what())")
      }
      return false
    }
  }

  @Test("every truncation of every captured message is an error", arguments: Fixture.streams)
  func truncations(fixture: Fixture) {
    for message in fixture.placedMessages {
      // A Stream Abort without its position is the form of protocols 2 and 3.
      let shorterForm = message.bytes[0] == UInt8(ascii: "A") && message.bytes.count == 25 ? 9 : nil
      for count in 0..<message.bytes.count {
        let accepted = check(
          Array(message.bytes[..<count]), insideStream: message.insideStream, "\(message), \(count) bytes")
        #expect(accepted == (count == shorterForm), "\(message), \(count) bytes")
      }
    }
  }

  @Test("a byte behind any captured message is an error at that byte", arguments: Fixture.streams)
  func trailing(fixture: Fixture) {
    for message in fixture.placedMessages {
      // Behind the short form of Stream Abort, one byte is the beginning of a position.
      if message.bytes[0] == UInt8(ascii: "A"), message.bytes.count == 9 { continue }
      let bytes = message.bytes + [0]
      let error = #expect(throws: PGOutputError.self, "\(message)") {
        try PGOutputDecoder.decode(
          bytes.span.bytes, at: ByteRange(all: bytes.span.bytes)!, insideStream: message.insideStream,
          acceptsUnchangedTOASTInInsert: true)
      }
      #expect(error?.reason == .trailingBytes(1), "\(message)")
      #expect(error?.offset == message.bytes.count, "\(message)")
    }
  }

  @Test("some other values of every byte of every captured message", arguments: Fixture.streams)
  func someCorruptions(fixture: Fixture) {
    for message in fixture.placedMessages {
      var bytes = message.bytes
      for position in Self.positions(in: bytes) {
        let original = bytes[position]
        for value in Set([0, 1, 0x7F, 0x80, 0xFF, original &+ 1, original &- 1, original ^ 0x20])
        where value != original {
          bytes[position] = value
          check(bytes, insideStream: message.insideStream, "\(message), byte \(position) = \(value)")
        }
        bytes[position] = original
      }
    }
  }

  /// One short message of each kind and form.
  private static let representatives: [FixtureMessage] = {
    var shortest: [String: FixtureMessage] = [:]
    for message in Fixture.streams.flatMap(\.placedMessages) {
      let decoded = try! message.decode()
      var form = "\(decoded.kind) \(message.insideStream)"
      if case .update(let update) = decoded { form += " \(String(describing: update.oldTuple?.extent))" }
      if case .delete(let delete) = decoded { form += " \(delete.oldTuple.extent)" }
      if case .streamAbort(let abort) = decoded { form += " \(abort.position == nil)" }
      if case .relation(let relation) = decoded { form += " \(relation.columnCount == 0)" }
      if case .insert(let insert) = decoded { form += " \(insert.newTuple.columnCount == 0)" }
      if let other = shortest[form], other.bytes.count <= message.bytes.count { continue }
      shortest[form] = message
    }
    return shortest.sorted { $0.key < $1.key }.map(\.value)
  }()

  @Test("all 255 other values of every byte of a message of each kind and form")
  func allCorruptions() {
    #expect(Self.representatives.count >= 30)
    for message in Self.representatives {
      var bytes = message.bytes
      for position in Self.positions(in: bytes) {
        let original = bytes[position]
        for value in UInt8.min...UInt8.max where value != original {
          bytes[position] = value
          check(bytes, insideStream: message.insideStream, "\(message), byte \(position) = \(value)")
        }
        bytes[position] = original
      }
    }
  }

  @Test("captured messages read with the wrong stream context", arguments: Fixture.streams)
  func wrongContext(fixture: Fixture) {
    for message in fixture.placedMessages {
      check(message.bytes, insideStream: !message.insideStream, "\(message) in the wrong context")
    }
  }

  @Test("random bytes behind every possible letter", arguments: 0..<4)
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for letter in UInt8.min...UInt8.max {
      for _ in 0..<40 {
        let count = Int.random(in: 0..<64, using: &generator)
        // Small values make counts and lengths that are nearly right.
        let ceiling: UInt8 = Bool.random(using: &generator) ? 8 : 255
        let bytes = [letter] + (0..<count).map { _ in UInt8.random(in: 0...ceiling, using: &generator) }
        check(bytes, insideStream: Bool.random(using: &generator), "noise behind \(letter), seed \(seed)")
      }
    }
  }

  @Test("captured messages cut, joined, shortened and lengthened at random", arguments: 0..<4)
  func mutations(seed: UInt64) {
    var generator = SeededGenerator(seed: seed &+ 100)
    let messages = Fixture.streams.flatMap(\.placedMessages).filter { $0.bytes.count < 400 }
    for _ in 0..<4000 {
      var bytes = messages.randomElement(using: &generator)!.bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let position = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
        case 1 where position < bytes.count: bytes.remove(at: position)
        case 2: bytes.replaceSubrange(position..., with: messages.randomElement(using: &generator)!.bytes.suffix(30))
        case 3 where position < bytes.count: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        default: break
        }
      }
      check(bytes, insideStream: Bool.random(using: &generator), "mutation, seed \(seed)")
    }
  }

  /// Every byte of a short message; of a long one the beginning and the end, because between them lies a value.
  private static func positions(in bytes: [UInt8]) -> [Int] {
    bytes.count <= 600 ? Array(bytes.indices) : Array(0..<200) + Array((bytes.count - 100)..<bytes.count)
  }
}
