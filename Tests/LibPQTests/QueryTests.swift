import LibPQ
import PostgresTypes
import Testing

struct QueryTests {
  @Test func rowsComeBackAsTextWithNullsApart() throws {
    let connection = try TestServer.connect()
    let result = try connection.query("SELECT 1 AS one, NULL AS nothing, '' AS empty, 'é漢🐘' AS text")
    #expect(result.rowCount == 1)
    #expect(result.columnNames == ["one", "nothing", "empty", "text"])
    #expect(result[0, "one"] == "1")
    #expect(result[0, "nothing"] == nil)
    #expect(result.isNull(row: 0, column: 1))
    #expect(result[0, "empty"] == "")
    #expect(result[0, "text"] == "é漢🐘")
    #expect(result.withBytes(row: 0, column: 3) { $0.count } == 9)
    #expect(result.columnType(0) == OID(rawValue: 23))
  }

  @Test func parametersArriveAsTheyWereGiven() throws {
    let connection = try TestServer.connect()
    let given: [String?] = [nil, "", "it's \\ \"quoted\"", "é漢🐘", String(repeating: "x", count: 100_000)]
    let result = try connection.query("SELECT $1::text, $2::text, $3::text, $4::text, $5::text", given)
    #expect((0..<given.count).map { result[0, $0] } == given)
  }

  @Test func aNULByteInAParameterIsAnErrorAndTheConnectionLivesOn() throws {
    let connection = try TestServer.connect()
    let error = TestServer.error { try connection.query("SELECT $1::text", ["a\0b"]) }
    #expect(error?.kind == .usage)
    #expect(error?.message.contains("NUL") == true)
    #expect(try connection.query("SELECT $1::text", ["ab"])[0, 0] == "ab")
  }

  @Test func aNULByteInTheStatementIsAnError() throws {
    let connection = try TestServer.connect()
    for statement in ["SELECT 1\0; DROP TABLE x", "\0"] {
      #expect(TestServer.error { try connection.query(statement) }?.kind == .usage)
      #expect(TestServer.error { try connection.execute(statement) }?.kind == .usage)
      #expect(TestServer.error { try connection.copyIn(statement) }?.kind == .usage)
    }
  }

  @Test func severalStatementsRunInOneText() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE a (i int); INSERT INTO a VALUES (1), (2); UPDATE a SET i = i + 1")
    #expect(try connection.query("DELETE FROM a").rowsAffected == 2)
    #expect(try connection.query("SELECT 1; SELECT 2 AS last")[0, "last"] == "2")
    #expect(try connection.query("").rowCount == 0)
  }

  @Test func anErrorCarriesEveryFieldOfTheServer() throws {
    let connection = try TestServer.connect()
    try connection.execute(
      "CREATE TEMP TABLE keyed (id int CONSTRAINT keyed_pk PRIMARY KEY); INSERT INTO keyed VALUES (7)")
    let error = TestServer.error { try connection.query("INSERT INTO keyed VALUES (7)", label: "insert keyed") }
    #expect(error?.kind == .server)
    #expect(error?.sqlState == .uniqueViolation)
    #expect(error?.tableName == "keyed")
    #expect(error?.constraintName == "keyed_pk")
    #expect(error?.schemaName?.hasPrefix("pg_temp") == true)
    #expect(error?.detail?.contains("(id)=(7)") == true)
    #expect(error?.statementLabel == "insert keyed")
    #expect(error?.endpoint.hasSuffix(":5432/postgres") == true)
    #expect(connection.isAlive)
    let text = try #require(error?.description)
    #expect(text.contains("23505") && text.contains("insert keyed") && !text.contains("(7)"))
  }

  @Test func aLogLineShowsNoValueOfADataException() throws {
    let connection = try TestServer.connect()
    let error = TestServer.error { try connection.query("SELECT $1::int", ["secret \" value"]) }
    #expect(error?.sqlState == SQLState(rawValue: "22P02"))
    #expect(error?.message.contains("secret") == true)
    #expect(error?.description.contains("secret") == false)
    #expect(error?.description.contains("integer") == true)
  }

  @Test func positionAndHintAreKept() throws {
    let connection = try TestServer.connect()
    let error = TestServer.error { try connection.query("SELECT relnam FROM pg_catalog.pg_class") }
    #expect(error?.sqlState == SQLState(rawValue: "42703"))
    #expect(error?.position == 8)
    #expect(error?.hint?.contains("relname") == true)
  }

  @Test func theSessionIsPinned() throws {
    let cluster = try TestServer.cluster()
    let hostile = try cluster.connectionSettings().setting(
      "options", "-c TimeZone=Asia/Tokyo -c DateStyle=German -c search_path=public -c bytea_output=escape")
    let connection = try PostgresConnection(
      hostile, applicationName: "pinned", session: .pinned.adding("lock_timeout", "1234ms"))
    func setting(_ name: String) throws -> String? { try connection.query("SHOW \(name)")[0, 0] }
    #expect(try setting("TimeZone") == "UTC")
    #expect(try setting("DateStyle") == "ISO, MDY")
    #expect(try setting("search_path") == "")
    #expect(try setting("bytea_output") == "hex")
    #expect(try setting("lock_timeout") == "1234ms")
    #expect(try setting("application_name") == "pinned")
    #expect(connection.reportedParameter("server_encoding") == "UTF8")
  }

  @Test func transactionStatusFollowsTheServer() throws {
    let connection = try TestServer.connect()
    #expect(connection.transactionStatus == .idle)
    try connection.execute("BEGIN")
    #expect(connection.transactionStatus == .inTransaction)
    #expect(TestServer.error { try connection.execute("SELECT 1/0") }?.sqlState == SQLState(rawValue: "22012"))
    #expect(connection.transactionStatus == .inFailedTransaction)
    try connection.execute("ROLLBACK")
    #expect(connection.transactionStatus == .idle)
    connection.close()
    #expect(connection.transactionStatus == .unknown)
    #expect(!connection.isAlive)
    #expect(TestServer.error { try connection.execute("SELECT 1") }?.kind == .usage)
  }

  @Test func noticesGoToTheHandlerOnly() throws {
    let connection = try TestServer.connect()
    let notices = Collected<String>()
    connection.setNoticeHandler { notices.append($0) }
    try connection.execute("DO $$ BEGIN RAISE NOTICE 'hello'; RAISE WARNING 'careful'; END $$")
    #expect(notices.all == ["NOTICE: hello", "WARNING: careful"])
  }

  @Test func notificationsArriveWithoutBlocking() throws {
    let listener = try TestServer.connect()
    #expect(try listener.notifications().isEmpty)
    try listener.execute("LISTEN \"a channel\"")
    let sender = try TestServer.connect()
    try sender.execute("NOTIFY \"a channel\", 'payload'")
    try waitForInput(listener.socket)
    let received = try listener.notifications()
    #expect(received.map(\.channel) == ["a channel"])
    #expect(received.map(\.payload) == ["payload"])
    #expect(received.map(\.pid) == [sender.backendPID])
  }

  @Test func aCopyStatementInAQueryIsRefusedAndTheConnectionLivesOn() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE c (i int)")
    #expect(TestServer.error { try connection.execute("COPY c FROM STDIN") }?.kind == .usage)
    #expect(
      TestServer.error { try connection.query("COPY (SELECT generate_series(1, 1000000)) TO STDOUT") }?.kind == .usage)
    #expect(try connection.query("SELECT count(*) FROM c")[0, 0] == "0")
  }

  @Test func aMillionRowsAreRead() throws {
    let connection = try TestServer.connect()
    let result = try connection.query("SELECT i, 'row ' || i FROM generate_series(1, 1000000) i")
    #expect(result.rowCount == 1_000_000)
    #expect(result[999_999, 1] == "row 1000000")
  }
}
