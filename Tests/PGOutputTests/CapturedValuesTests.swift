import PGOutput
import PostgresTypes
import Testing

/// Types, text and binary values, positions and times of a real server.
@Suite("Captured values")
struct CapturedValuesTests {
  private static let types = [
    "TYPE shop.mood", "TYPE shop._mood", "TYPE pg_catalog.int4", #"TYPE pg_catalog."varchar""#, "TYPE shop.address",
  ]
  private static let relation =
    #"RELATION shop.all_types d [id*:20, m:shop.mood, ms:shop._mood, d:pg_catalog.int4, l:pg_catalog."varchar", "#
    + "a:shop.address, s:21, n:1700(655366), v:1043(24), c:1042(8), b:16, by:17, u:2950, j:3802, tz:1184, dt:1082, "
    + "iv:1186, ai:1007, r:3904, mr:4451, f:701, acl:1033]"

  @Test("values in text are what the types print; a domain's type message has the name of its base type")
  func text() throws {
    let lines = try Transcript(of: Fixture(named: "types-text")).lines
    #expect(Array(lines[1..<6]) == Self.types)
    #expect(lines[6] == Self.relation)
    #expect(
      lines[7]
        == #"INSERT shop.all_types ('1', 'glad', '{sad,glad}', '7', 'tag', '("Main ""St""",5,sad)', '-32768', '19.99', "#
        + #"'Grüße', 'ab  ', 't', '\x00ff', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"k": [1, null]}', "#
        + "'2026-02-04 20:15:00.123456+00', '0044-03-15 BC', '1 mon 2 days 03:04:05', '{{1,2},{3,NULL}}', '[1,5)', "
        + "'{[1,3),[7,9)}', 'NaN', 'postgres=r/postgres')")
    let nulls = Array(repeating: "NULL", count: 6).joined(separator: ", ")
    #expect(
      lines[10]
        == "INSERT shop.all_types ('9223372036854775807', \(nulls), 'NaN', \(nulls), NULL, 'infinity', "
        + "NULL, NULL, NULL, NULL, '-Infinity', NULL)")
  }

  @Test("values in binary are what the types send; a type without a send function comes as text")
  func binary() throws {
    let fixture = Fixture(named: "types-binary")
    let lines = try Transcript(of: fixture).lines
    #expect(Array(lines[1..<6]) == Self.types)
    #expect(lines[6] == Self.relation)

    let messages = try fixture.placedMessages.map { message in
      try PlacedMessage(try message.decode(), in: message.bytes.span.bytes, insideStream: false).message
    }
    guard case .type(let mood, _, _) = messages[1], case .insert(_, let values) = messages[7] else {
      return #expect(Bool(false), "the fixture has another order")
    }
    let moodBytes: [UInt8] = [UInt8(mood >> 24), UInt8(mood >> 16 & 0xFF), UInt8(mood >> 8 & 0xFF), UInt8(mood & 0xFF)]
    #expect(values.count == 22)
    #expect(values[0] == .binary([0, 0, 0, 0, 0, 0, 0, 1]))
    #expect(values[1] == .binary(Array("glad".utf8)))
    // One dimension, no NULL, the element type's OID, two elements from index 1.
    let labels: [UInt8] = [0, 0, 0, 3] + Array("sad".utf8) + [0, 0, 0, 4] + Array("glad".utf8)
    #expect(values[2] == .binary([0, 0, 0, 1, 0, 0, 0, 0] + moodBytes + [0, 0, 0, 2, 0, 0, 0, 1] + labels))
    #expect(values[6] == .binary([0x80, 0x00]))
    #expect(values[8] == .binary(Array("Grüße".utf8)))
    #expect(values[11] == .binary([0x00, 0xFF]))
    #expect(values[20] == .binary([0x7F, 0xF8, 0, 0, 0, 0, 0, 0]))
    #expect(values[21] == .text(Array("postgres=r/postgres".utf8)))
  }

  @Test("xid, relation, end position and time are those that the server itself names")
  func transaction() throws {
    let fixture = Fixture(named: "transaction")
    let messages = try fixture.placedMessages.map { try $0.decode() }
    var begins: [BeginMessage] = []
    var commits: [CommitMessage] = []
    for message in messages {
      if case .begin(let begin) = message { begins.append(begin) }
      if case .commit(let commit) = message { commits.append(commit) }
      if case .insert(let insert) = message { #expect(insert.relation.description == fixture.printed["oid"]?[0]) }
    }
    #expect(begins.map(\.xid.description) == fixture.printed["xid"])
    #expect(commits.map(\.endLSN.description) == fixture.printed["end"])
    #expect(commits.first?.commitTime.rawValue.description == fixture.printed["microseconds"]?[0])
    #expect(begins.count == 2 && commits.count == 2)
    for (begin, commit) in zip(begins, commits) {
      #expect(begin.finalLSN == commit.commitLSN)
      #expect(begin.commitTime == commit.commitTime)
      #expect(commit.commitLSN < commit.endLSN)
    }
  }

  @Test("a relation inside a stream has the same shape bytes as outside of it")
  func shapeBytes() throws {
    var shapes: [Bool: Set<[UInt8]>] = [:]
    for message in Fixture(named: "streaming").placedMessages {
      guard case .relation(let relation) = try message.decode() else { continue }
      let name = try relation.name.text(in: message.bytes.span.bytes)
      guard name == "other" else { continue }
      shapes[message.insideStream, default: []].insert(try relation.shape.copy(of: message.bytes.span.bytes))
    }
    #expect(shapes[true]?.count == 1)
    #expect(shapes[true] == shapes[false])
  }
}
