import PGOutput
import PostgresTypes
import Testing

@Suite("Segments")
struct SegmentTests {
  private static let begin = BeginMessage(
    finalLSN: LSN("0/1000")!, commitTime: PostgresTimestamp(rawValue: 7), xid: TransactionID(rawValue: 99))
  private static let commit = CommitMessage(
    commitLSN: LSN("0/1000")!, endLSN: LSN("0/1030")!, commitTime: PostgresTimestamp(rawValue: 7))

  private static func ranges(of segment: [UInt8]) throws -> [ByteRange] {
    var reader = SegmentReader()
    var ranges: [ByteRange] = []
    while let range = try reader.next(in: segment.span.bytes) { ranges.append(range) }
    return ranges
  }

  @Test("messages of a real server are read back byte for byte", arguments: Fixture.streams)
  func roundTrip(fixture: Fixture) throws {
    var writer = SegmentWriter(capacity: 16)
    var written: [ByteRange] = []
    for message in fixture.messages { written.append(try writer.append(message.span.bytes)) }
    #expect(writer.messageCount == fixture.messages.count)
    #expect(writer.byteCount == fixture.messages.reduce(0) { $0 + $1.count + SegmentWriter.prefixCount })
    let ranges = try Self.ranges(of: writer.bytes)
    #expect(ranges == written)
    #expect(try ranges.map { try $0.copy(of: writer.bytes.span.bytes) } == fixture.messages)
  }

  @Test("an empty segment has no messages")
  func empty() throws {
    let writer = SegmentWriter()
    #expect(writer.isEmpty)
    #expect(try Self.ranges(of: writer.bytes).isEmpty)
  }

  @Test("Begin and Commit around parked changes are what the server would have written")
  func synthesized() throws {
    var writer = SegmentWriter()
    let beginRange = try writer.append(Self.begin)
    let commitRange = try writer.append(Self.commit)
    let bytes = writer.bytes
    #expect(try beginRange.copy(of: bytes.span.bytes) == MirrorEncoder.encode(.begin(Self.begin)))
    #expect(try commitRange.copy(of: bytes.span.bytes) == MirrorEncoder.encode(.commit(Self.commit)))
    #expect(
      try PGOutputDecoder.decode(bytes.span.bytes, at: beginRange, insideStream: false) == .begin(Self.begin))
    #expect(
      try PGOutputDecoder.decode(bytes.span.bytes, at: commitRange, insideStream: false) == .commit(Self.commit))
    #expect(beginRange.count == BeginMessage.encodedCount)
    #expect(commitRange.count == CommitMessage.encodedCount)
    #expect(writer.messageCount == 2)
  }

  @Test("a segment that is taken leaves an empty one behind")
  func take() throws {
    var writer = SegmentWriter()
    try writer.append(Self.begin)
    let segment = writer.take(nextCapacity: 100)
    #expect(segment.count == 25)
    #expect(writer.isEmpty && writer.byteCount == 0)
    try writer.append(Self.commit)
    #expect(writer.messageCount == 1)
    writer.removeAll(keepingCapacity: true)
    #expect(writer.isEmpty && writer.byteCount == 0)
  }

  @Test("an empty message is refused and leaves the segment as it was")
  func emptyMessage() throws {
    var writer = SegmentWriter()
    try writer.append(Self.begin)
    let before = writer.bytes
    let error = #expect(throws: PGOutputError.self) { try writer.append([UInt8]().span.bytes) }
    #expect(error?.reason == .emptyMessage)
    #expect(writer.bytes == before && writer.messageCount == 1)
  }

  @Test("every truncation of a segment ends at a message boundary or is an error inside it")
  func truncations() throws {
    var writer = SegmentWriter()
    for message in Fixture(named: "replica-identities").messages.prefix(6) { try writer.append(message.span.bytes) }
    let boundaries = Set([0] + (try Self.ranges(of: writer.bytes)).map(\.end))
    for count in 0..<writer.byteCount {
      let cut = Array(writer.bytes[..<count])
      do {
        let ranges = try Self.ranges(of: cut)
        #expect(boundaries.contains(count))
        #expect((ranges.last?.end ?? 0) == count)
      } catch let error as PGOutputError {
        #expect(!boundaries.contains(count))
        #expect((0...count).contains(error.offset), "\(error)")
      }
    }
  }

  @Test("every corruption of a segment gives messages inside it or an error inside it")
  func corruptions() throws {
    var writer = SegmentWriter()
    for message in Fixture(named: "truncate").messages.prefix(3) { try writer.append(message.span.bytes) }
    var bytes = writer.bytes
    for position in bytes.indices {
      let original = bytes[position]
      for value in UInt8.min...UInt8.max {
        bytes[position] = value
        do {
          let ranges = try Self.ranges(of: bytes)
          if let last = ranges.last { #expect(last.end == bytes.count) }
        } catch let error as PGOutputError {
          #expect((0...bytes.count).contains(error.offset), "\(error)")
        }
      }
      bytes[position] = original
    }
  }

  @Test("a reader that starts outside the segment reports it", arguments: [-1, 26, Int.min, Int.max])
  func startOutside(offset: Int) throws {
    var writer = SegmentWriter()
    try writer.append(Self.begin)
    let segment = writer.bytes
    var reader = SegmentReader(offset: offset)
    let error = #expect(throws: PGOutputError.self) { _ = try reader.next(in: segment.span.bytes) }
    #expect(error?.reason == .rangeOutsideBuffer(bufferCount: 25))
    #expect((0...25).contains(try #require(error).offset))
  }

  @Test("a message of length zero is refused, so that a reader always moves on")
  func zeroLength() {
    let error = #expect(throws: PGOutputError.self) { try Self.ranges(of: [0, 0, 0, 0]) }
    #expect(error?.reason == .emptyMessage)
  }
}
