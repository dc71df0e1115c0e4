import PGOutput
import PostgresTypes
import Testing

@Suite("CopyData frames")
struct FramingTests {
  @Test("XLogData of a real server carries the messages of a transaction", arguments: Fixture.frames)
  func capturedXLogData(fixture: Fixture) throws {
    var lines: [String] = []
    var previousEnd = LSN.zero
    for bytes in fixture.messages {
      guard case .xLogData(let data) = try ReplicationFrameDecoder.decode(bytes.span.bytes) else { continue }
      #expect(data.payload.offset == XLogData.headerCount)
      #expect(data.payload.end == bytes.count)
      #expect(data.sendTime.unixMicroseconds / 1_000_000 > 1_700_000_000)
      let message = try PGOutputDecoder.decode(bytes.span.bytes, at: data.payload, insideStream: false)
      switch message {
      case .relation:
        // A Relation message has no position of its own.
        #expect(data.dataStart == .zero)
        lines.append("relation")
      case .insert(let insert):
        lines.append("insert")
        #expect(try MirrorValue.values(of: insert.newTuple, in: bytes.span.bytes) == [.text([UInt8(ascii: "1")])])
      case .commit(let commit):
        #expect(data.dataStart == commit.endLSN)
        lines.append("commit")
      default: lines.append("\(message.kind)")
      }
      if data.dataStart != .zero {
        #expect(previousEnd <= data.dataStart)
        previousEnd = data.dataStart
      }
    }
    #expect(lines == ["begin", "relation", "insert", "commit"])
  }

  @Test("the server asks for a reply when it has waited for half of its timeout", arguments: Fixture.frames)
  func capturedKeepalives(fixture: Fixture) throws {
    var keepalives: [PrimaryKeepalive] = []
    for bytes in fixture.messages {
      if case .keepalive(let keepalive) = try ReplicationFrameDecoder.decode(bytes.span.bytes) {
        keepalives.append(keepalive)
      }
    }
    #expect(keepalives.count >= 3)
    #expect(keepalives.map(\.replyRequested) == keepalives.dropLast().map { _ in false } + [true])
    #expect(keepalives.map(\.serverWALEnd) == keepalives.map(\.serverWALEnd).sorted())
    #expect(keepalives.map(\.sendTime) == keepalives.map(\.sendTime).sorted())
  }

  @Test("every truncation of a frame is an error, or XLogData with a shorter payload", arguments: Fixture.frames)
  func truncations(fixture: Fixture) {
    for bytes in fixture.messages {
      for count in 0..<bytes.count {
        let cut = Array(bytes[..<count])
        do {
          let frame = try ReplicationFrameDecoder.decode(cut.span.bytes)
          guard case .xLogData(let data) = frame else {
            Issue.record("a keepalive of \(count) bytes was accepted")
            continue
          }
          #expect(count >= XLogData.headerCount && data.payload.end == count)
        } catch {
          #expect((0...count).contains(error.offset), "\(error)")
        }
      }
    }
  }

  @Test("every corruption of a header byte gives a frame or an error inside the frame", arguments: Fixture.frames)
  func corruptions(fixture: Fixture) {
    for original in fixture.messages {
      var bytes = original
      for position in 0..<min(original.count, XLogData.headerCount) {
        for value in UInt8.min...UInt8.max where value != original[position] {
          bytes[position] = value
          do {
            _ = try ReplicationFrameDecoder.decode(bytes.span.bytes)
          } catch {
            #expect((0...bytes.count).contains(error.offset), "\(error)")
          }
        }
        bytes[position] = original[position]
      }
    }
  }

  @Test(
    "a frame that is not one is refused at the byte that is wrong",
    arguments: [
      ([], PGOutputError.Reason.emptyMessage, 0),
      ([0x78], .unknownFrame(0x78), 0),
      ([0x77, 0, 0, 0], .truncated(needed: 8, available: 3), 1),
      (Array("k".utf8) + [UInt8](repeating: 0, count: 16), .truncated(needed: 1, available: 0), 17),
      (Array("k".utf8) + [UInt8](repeating: 0, count: 16) + [2], .unexpectedByte(2), 17),
      (Array("k".utf8) + [UInt8](repeating: 0, count: 18), .trailingBytes(1), 18),
    ] as [([UInt8], PGOutputError.Reason, Int)])
  func malformed(bytes: [UInt8], reason: PGOutputError.Reason, offset: Int) {
    let error = #expect(throws: PGOutputError.self) { try ReplicationFrameDecoder.decode(bytes.span.bytes) }
    #expect(error?.reason == reason)
    #expect(error?.offset == offset)
  }

  @Test("a status update has its 34 bytes in network order")
  func statusUpdate() {
    let update = StandbyStatusUpdate(
      written: LSN("1/2")!, flushed: LSN("A0B0C0D0/E0F00102")!, applied: .zero,
      clientTime: PostgresTimestamp(rawValue: -2), replyRequested: true)
    var expected: [UInt8] = [0x72]
    expected += [0, 0, 0, 1, 0, 0, 0, 2]
    expected += [0xA0, 0xB0, 0xC0, 0xD0, 0xE0, 0xF0, 0x01, 0x02]
    expected += [0, 0, 0, 0, 0, 0, 0, 0]
    expected += [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]
    expected += [1]
    #expect(update.encoded() == expected)
    #expect(expected.count == StandbyStatusUpdate.encodedCount)
  }

  @Test("a status update asks for no reply unless told to")
  func statusUpdateWithoutReply() {
    let update = StandbyStatusUpdate(written: .zero, flushed: .zero, applied: .zero, clientTime: .init(rawValue: 0))
    #expect(update.encoded().last == 0)
  }
}
