import PGOutput
import PostgresTypes
import Testing

/// Streamed and two-phase transactions of a real server, held against the SQL that stands in the fixture.
@Suite("Captured streams")
struct CapturedStreamsTests {
  private static let mood = "TYPE public.mood"
  private static let item = "RELATION public.item d [id*:23, mood:public.mood, note:25]"
  private static let emptyBlock = ["STREAM START", "STREAM STOP"]

  /// The three captures ran the same SQL; only `messages` (absent on 17) and `streaming 'parallel'` (from 16) differ.
  private static func streaming(messages: Bool, positions: Bool) -> [String] {
    let position = positions ? " with position" : ""
    var lines = ["STREAM START first", "STREAM STOP"] + emptyBlock
    lines += ["STREAM START", "| " + mood, "| " + item, "| INSERT public.item ('1', 'glad', 'first')"]
    lines += ["| INSERT public.item ('2', 'sad', NULL)", "STREAM STOP"] + emptyBlock
    lines += ["STREAM START", "| UPDATE public.item ('1', 'glad', 'second')"]
    lines += ["| UPDATE public.item K('2', NULL, NULL) -> ('3', 'sad', NULL)", "STREAM STOP"] + emptyBlock
    if messages { lines += ["STREAM START", "| MESSAGE 'in stream' 'streamed content'", "STREAM STOP"] + emptyBlock }
    lines += ["STREAM START", "|sub INSERT public.item ('4', NULL, 'undone')", "STREAM STOP"] + emptyBlock
    lines += ["STREAM ABORT sub" + position]
    lines += ["BEGIN", "RELATION public.other d [id*:23]", "INSERT public.other ('1')", "COMMIT"]
    lines += ["STREAM START", "|sub " + mood, "|sub " + item, "|sub DELETE public.item K('1', NULL, NULL)"]
    lines += ["|sub RELATION public.other d [id*:23]", "|sub " + mood, "|sub " + item]
    lines += ["|sub TRUNCATE public.other, public.item RESTART IDENTITY CASCADE", "STREAM STOP"] + emptyBlock
    lines += emptyBlock + ["STREAM COMMIT"]
    lines += [
      "STREAM START first", "| " + mood, "| " + item, "| INSERT public.item ('5', 'sad', 'gone')", "STREAM STOP",
    ]
    lines += emptyBlock + ["STREAM ABORT whole" + position]
    lines += ["STREAM START first", "| ORIGIN upstream 0/0", "| " + mood, "| " + item]
    lines += ["| INSERT public.item ('6', 'glad', 'from upstream')", "STREAM STOP"] + emptyBlock + emptyBlock
    return lines + ["STREAM COMMIT"]
  }

  @Test("a transaction in progress comes in blocks, with the xid of each change's subtransaction")
  func streaming() throws {
    #expect(
      try Transcript(of: Fixture(named: "streaming")).lines == Self.streaming(messages: true, positions: false))
  }

  @Test("parallel streaming adds position and time to an abort", arguments: [("17", false), ("18", true)])
  func parallelStreaming(version: String, messages: Bool) throws {
    let fixture = Fixture(named: "streaming-parallel-\(version)")
    #expect(try Transcript(of: fixture).lines == Self.streaming(messages: messages, positions: true))
    // The positions of aborts and commits rise through the fixture, as they do in the log.
    var positions: [LSN] = []
    for message in fixture.placedMessages {
      switch try message.decode() {
      case .streamAbort(let abort): positions.append(try #require(abort.position).abortLSN)
      case .streamCommit(let commit): positions.append(commit.commitLSN)
      default: break
      }
    }
    #expect(positions.count == 4)
    #expect(positions == positions.sorted())
  }

  @Test("the position that pg_logical_emit_message returned is the message's")
  func messagePosition() throws {
    let fixture = Fixture(named: "streaming")
    let message = try #require(
      fixture.placedMessages.first { $0.bytes[0] == UInt8(ascii: "M") }.map { try $0.decode() })
    guard case .message(let message) = message else { return #expect(Bool(false), "no logical message") }
    #expect(message.lsn.description == (try #require(fixture.loneLines.first { $0.contains("/") })))
  }

  @Test("prepared transactions are committed and rolled back by name")
  func twoPhase() throws {
    let relation = "RELATION public.t d [id*:23]"
    #expect(
      try Transcript(of: Fixture(named: "two-phase")).lines == [
        "BEGIN PREPARE first ß", relation, "INSERT public.t ('1')", "PREPARE first ß", "COMMIT PREPARED first ß",
        "BEGIN PREPARE second", "INSERT public.t ('2')", "PREPARE second", "ROLLBACK PREPARED second",
      ])
  }

  @Test("a streamed transaction can be prepared")
  func streamPrepare() throws {
    let streamed =
      ["STREAM START first", "| " + Self.mood, "| " + Self.item, "| INSERT public.item ('1', 'sad', NULL)"]
      + ["STREAM STOP"] + Self.emptyBlock + Self.emptyBlock + ["STREAM PREPARE large"]
    #expect(
      try Transcript(of: Fixture(named: "two-phase-streaming")).lines == streamed + ["COMMIT PREPARED large"])
    #expect(
      try Transcript(of: Fixture(named: "two-phase-18")).lines == streamed + [
        "ROLLBACK PREPARED large", "BEGIN PREPARE small", Self.mood, Self.item,
        "INSERT public.item ('2', NULL, NULL)", "PREPARE small", "COMMIT PREPARED small",
      ])
  }

  @Test("the two-phase messages of one transaction agree on its position, time, xid and name")
  func twoPhasePositions() throws {
    var prepared: [PrepareMessage] = []
    for message in Fixture(named: "two-phase").placedMessages {
      switch try message.decode() {
      case .beginPrepare(let begin):
        prepared.append(
          PrepareMessage(
            prepareLSN: begin.prepareLSN, endLSN: begin.endLSN, prepareTime: begin.prepareTime, xid: begin.xid,
            gid: begin.gid))
      case .prepare(let prepare):
        let begin = try #require(prepared.last)
        #expect(prepare.prepareLSN == begin.prepareLSN && prepare.endLSN == begin.endLSN)
        #expect(prepare.prepareTime == begin.prepareTime && prepare.xid == begin.xid)
        #expect(prepare.prepareLSN < prepare.endLSN)
      case .commitPrepared(let commit):
        let begin = try #require(prepared.last)
        #expect(commit.xid == begin.xid)
        #expect(begin.endLSN <= commit.commitLSN && commit.commitLSN < commit.endLSN)
        #expect(begin.prepareTime < commit.commitTime)
      case .rollbackPrepared(let rollback):
        let begin = try #require(prepared.last)
        #expect(rollback.xid == begin.xid)
        #expect(rollback.prepareEndLSN == begin.endLSN && rollback.prepareEndLSN < rollback.rollbackEndLSN)
        #expect(rollback.prepareTime == begin.prepareTime && rollback.prepareTime < rollback.rollbackTime)
      default: break
      }
    }
    #expect(prepared.count == 2)
  }
}
