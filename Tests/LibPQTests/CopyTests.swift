import LibPQ
import PostgresTypes
import Testing

struct CopyTests {
  @Test func rowsGoInAndComeOutUnchanged() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE t (id int, text text)")
    let lines = (0..<50_000).map { "\($0)\tvalue \($0) é\\n\n" }
    try connection.copyIn("COPY t FROM STDIN")
    for line in lines { try put(line, connection) }
    #expect(try connection.endCopyIn() == lines.count)
    let taken = Collected<String>()
    let count = try connection.copyOut("COPY (SELECT * FROM t ORDER BY id) TO STDOUT") { bytes in
      taken.append(String(decoding: bytes, as: UTF8.self))
    }
    #expect(count == lines.count)
    #expect(taken.all == lines)
  }

  @Test func aLargePieceIsSentWholeWhereverItsRowsAreCut() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE t (text text)")
    let row = String(repeating: "x", count: 999) + "\n"
    let bytes = Array(String(repeating: row, count: 40_000).utf8)
    try connection.copyIn("COPY t FROM STDIN")
    try bytes.withUnsafeBytes { try connection.putCopyData(UnsafeRawBufferPointer(rebasing: $0[..<12_345_678])) }
    try bytes.withUnsafeBytes { try connection.putCopyData(UnsafeRawBufferPointer(rebasing: $0[12_345_678...])) }
    #expect(try connection.endCopyIn() == 40_000)
    #expect(try connection.query("SELECT sum(length(text)) FROM t")[0, 0] == "39960000")
  }

  @Test func aBadRowIsReportedWithItsPlaceAndTheConnectionLivesOn() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE t (id int)")
    try connection.copyIn("COPY t FROM STDIN", label: "copy t")
    try put("1\nnot a number\n", connection)
    let error = TestServer.error { try connection.endCopyIn(label: "copy t") }
    #expect(error?.sqlState == SQLState(rawValue: "22P02"))
    #expect(error?.context?.contains("line 2") == true)
    #expect(error?.statementLabel == "copy t")
    #expect(try connection.query("SELECT count(*) FROM t")[0, 0] == "0")
  }

  @Test func anErrorIsNoticedLongBeforeTheEndOfTheData() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE t (id int)")
    try connection.copyIn("COPY t FROM STDIN")
    try put("not a number\n", connection)
    let numbers = String(repeating: "1\n", count: 500_000)
    var sentBytes = 0
    let error = TestServer.error {
      while sentBytes < 2_000_000_000 {
        try put(numbers, connection)
        sentBytes += numbers.utf8.count
      }
    }
    #expect(error?.sqlState == SQLState(rawValue: "22P02"))
    #expect(sentBytes < 100_000_000)
    #expect(try connection.query("SELECT count(*) FROM t")[0, 0] == "0")
  }

  @Test func aTriggersNoticesDuringACopyDoNotDisturbIt() throws {
    let connection = try TestServer.connect()
    try connection.execute(
      """
      CREATE TEMP TABLE t (id int);
      CREATE FUNCTION pg_temp.tell() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE NOTICE 'row % %', NEW.id, repeat('x', 200); RETURN NEW; END $$;
      CREATE TRIGGER tell BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.tell()
      """)
    let notices = Collected<Int>()
    connection.setNoticeHandler { notices.append($0.utf8.count) }
    try connection.copyIn("COPY t FROM STDIN")
    for number in 0..<100_000 { try put("\(number)\n", connection) }
    #expect(try connection.endCopyIn() == 100_000)
    #expect(notices.all.count == 100_000)
  }

  @Test func aCopyThatTheClientFailsLeavesNothing() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE t (id int)")
    try connection.copyIn("COPY t FROM STDIN")
    try put("1\n2\n", connection)
    try connection.failCopyIn("the reader broke")
    #expect(try connection.query("SELECT count(*) FROM t")[0, 0] == "0")
    #expect(TestServer.error { try put("3\n", connection) }?.kind == .usage)
    #expect(TestServer.error { try connection.endCopyIn() }?.kind == .usage)
  }

  @Test func aStatementThatIsNoCopyIsRefused() throws {
    let connection = try TestServer.connect()
    #expect(TestServer.error { try connection.copyIn("SELECT 1") }?.kind == .usage)
    #expect(TestServer.error { try connection.startCopyOut("SELECT 1") }?.kind == .usage)
    try connection.execute("CREATE TEMP TABLE t (id int)")
    #expect(TestServer.error { try connection.startCopyOut("COPY t FROM STDIN") }?.kind == .usage)
    #expect(TestServer.error { try connection.copyIn("COPY t TO STDOUT") }?.kind == .usage)
    #expect(TestServer.error { try connection.copyIn("COPY missing FROM STDIN") }?.sqlState == .undefinedTable)
    #expect(try connection.query("SELECT 1")[0, 0] == "1")
  }

  @Test func aReaderThatThrowsEndsTheCopyEarly() throws {
    let connection = try TestServer.connect()
    let stop = PostgresError(kind: .usage, message: "enough", endpoint: "")
    var seen = 0
    let error = TestServer.error {
      try connection.copyOut("COPY (SELECT generate_series(1, 100000000)) TO STDOUT") { _ throws(PostgresError) in
        seen += 1
        if seen == 3 { throw stop }
      }
    }
    #expect(error == stop)
    #expect(try connection.query("SELECT 1")[0, 0] == "1")
  }

  @Test func anErrorAmongTheRowsEndsTheCopy() throws {
    let connection = try TestServer.connect()
    var seen = 0
    let error = TestServer.error {
      try connection.copyOut("COPY (SELECT 1/(5 - i) FROM generate_series(1, 10) i) TO STDOUT") { _ in seen += 1 }
    }
    #expect(error?.sqlState == SQLState(rawValue: "22012"))
    #expect(seen == 4)
    #expect(try connection.query("SELECT 1")[0, 0] == "1")
  }

  private func put(_ text: String, _ connection: PostgresConnection) throws(PostgresError) {
    var text = text
    do {
      try text.withUTF8 { try connection.putCopyData(UnsafeRawBufferPointer($0)) }
    } catch let error as PostgresError {
      throw error
    } catch {
      preconditionFailure("putCopyData throws nothing else: \(error)")
    }
  }
}
