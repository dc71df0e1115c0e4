import Glibc
import LibPQ
import PostgresTypes
import Testing

struct PipelineTests {
  /// A result in short, to compare whole conversations.
  private func short(_ result: PipelineResult) -> String {
    switch result {
    case .command(let rows, let result): result.map { "rows \($0.rowCount)" } ?? "done \(rows)"
    case .sync: "sync"
    case .aborted: "aborted"
    case .error(let error): "error \(error.sqlState?.rawValue ?? "?") \(error.statementLabel ?? "")"
    case .none: "none"
    }
  }

  private func results(_ count: Int, of connection: PostgresConnection) throws -> [String] {
    try (0..<count).map { _ in short(try connection.nextPipelineResult()) }
  }

  @Test func resultsComeInTheOrderOfSending() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE t (id int, v text)")
    try connection.enterPipelineMode()
    let parameters = BoundParameters()
    try connection.sendPrepare(name: "put", "INSERT INTO t VALUES ($1, $2)")
    for number in 0..<3 {
      parameters.removeAll()
      parameters.append(text: String(number))
      parameters.append(text: number == 1 ? nil : "")
      try connection.sendPrepared(name: "put", parameters)
    }
    parameters.removeAll()
    try connection.sendQuery("SELECT * FROM t WHERE v IS NULL", parameters)
    try connection.pipelineSync()
    try connection.sendQuery("DELETE FROM t", parameters)
    try connection.pipelineSync()
    #expect(connection.pipelineDepth == 8)
    #expect(
      try results(9, of: connection) == [
        "done 0", "done 1", "done 1", "done 1", "rows 1", "sync", "done 3", "sync", "none",
      ])
    #expect(connection.pipelineDepth == 0)
    try connection.exitPipelineMode()
    #expect(try connection.query("SELECT 1")[0, 0] == "1")
  }

  @Test func anErrorAbortsWhatFollowsUpToTheSynchronisationPoint() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE t (id int PRIMARY KEY)")
    try connection.enterPipelineMode()
    let parameters = BoundParameters()
    for statement in ["VALUES (1)", "VALUES (2)", "VALUES (1)", "VALUES (3)", "VALUES (4)"] {
      try connection.sendQuery("INSERT INTO t \(statement)", parameters, label: statement)
    }
    try connection.pipelineSync()
    try connection.sendQuery("INSERT INTO t VALUES (5)", parameters)
    try connection.sendQuery("TABLE t", parameters)
    try connection.pipelineSync()
    #expect(
      try results(10, of: connection) == [
        "done 1", "done 1", "error 23505 VALUES (1)", "aborted", "aborted", "sync", "done 1", "rows 1", "sync", "none",
      ])
    try connection.exitPipelineMode()
    #expect(connection.transactionStatus == .idle)
  }

  @Test func anErrorInATransactionBlockFailsTheBlock() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE t (id int)")
    try connection.enterPipelineMode()
    let parameters = BoundParameters()
    for statement in ["BEGIN", "INSERT INTO t VALUES (1)", "SELECT 1/0", "COMMIT"] {
      try connection.sendQuery(statement, parameters)
    }
    try connection.pipelineSync()
    #expect(try results(5, of: connection) == ["done 0", "done 1", "error 22012 ", "aborted", "sync"])
    #expect(connection.transactionStatus == .inFailedTransaction)
    try connection.sendQuery("ROLLBACK", parameters)
    try connection.pipelineSync()
    #expect(try results(2, of: connection) == ["done 0", "sync"])
    try connection.exitPipelineMode()
    #expect(try connection.query("SELECT count(*) FROM t")[0, 0] == "0")
  }

  @Test func askingForAResultNeedsNoSynchronisationPoint() throws {
    let connection = try TestServer.connect()
    try connection.enterPipelineMode()
    let parameters = BoundParameters()
    try connection.sendQuery("SELECT 1", parameters)
    #expect(try results(2, of: connection) == ["rows 1", "none"])
    try connection.sendQuery("SELECT 1", parameters)
    try connection.requestFlush()
    try connection.sendQuery("SELECT 2 WHERE false", parameters)
    #expect(try results(3, of: connection) == ["rows 1", "rows 0", "none"])
    try connection.pipelineSync()
    #expect(try results(2, of: connection) == ["sync", "none"])
    try connection.exitPipelineMode()
  }

  @Test func theWrongModeIsRefused() throws {
    let connection = try TestServer.connect()
    let parameters = BoundParameters()
    #expect(TestServer.error { try connection.sendQuery("SELECT 1", parameters) }?.kind == .usage)
    #expect(TestServer.error { _ = try connection.nextPipelineResult() }?.kind == .usage)
    try connection.enterPipelineMode()
    #expect(TestServer.error { try connection.execute("SELECT 1") }?.kind == .usage)
    #expect(TestServer.error { try connection.copyIn("COPY t FROM STDIN") }?.kind == .usage)
    try connection.sendQuery("SELECT 1", parameters)
    #expect(TestServer.error { try connection.exitPipelineMode() }?.kind == .usage)
    #expect(try results(1, of: connection) == ["rows 1"])
    try connection.exitPipelineMode()
  }

  @Test func aNULByteStaysOutOfThePipeline() throws {
    let connection = try TestServer.connect()
    try connection.enterPipelineMode()
    let parameters = BoundParameters()
    parameters.append(text: "a\0b")
    #expect(TestServer.error { try connection.sendQuery("SELECT $1", parameters) }?.kind == .usage)
    parameters.removeAll()
    parameters.append(text: "ab")
    try connection.sendQuery("SELECT $1", parameters)
    #expect(try results(2, of: connection) == ["rows 1", "none"])
    try connection.exitPipelineMode()
  }

  @Test func binaryValuesArePassedThrough() throws {
    let connection = try TestServer.connect()
    try connection.enterPipelineMode()
    try connection.sendPrepare(
      name: "arrays", "SELECT $1::text[], $2, array_length($1, 1), $3",
      types: [OID(rawValue: 1009), OID(rawValue: 17), OID(rawValue: 25)])
    let parameters = BoundParameters()
    let array = BinaryArray.text(["a,b", nil, "", "é\"\\", "{}"])
    array.withUnsafeBytes { parameters.append(binary: $0) }
    [0, 1, 0, 255].withUnsafeBytes { parameters.append(binary: $0) }
    UnsafeRawBufferPointer(start: nil, count: 0).withMemoryRebound(to: UInt8.self) {
      parameters.append(binary: UnsafeRawBufferPointer($0))
    }
    try connection.sendPrepared(name: "arrays", parameters)
    _ = try connection.nextPipelineResult()
    guard case .command(_, let result?) = try connection.nextPipelineResult() else {
      Issue.record("no rows")
      return
    }
    #expect(result[0, 0] == #"{"a,b",NULL,"","é\"\\","{}"}"#)
    #expect(result[0, 2] == "5")
    #expect(result[0, 3] == "")
    #expect(!result.isNull(row: 0, column: 3))
    try connection.exitPipelineMode()
  }

  /// 2 × 128 MB: the server answers each statement with as much as it got, and nothing is taken before all is sent.
  @Test func bothSidesBuffersMayFill() throws {
    let connection = try TestServer.connect()
    try connection.enterPipelineMode()
    let parameters = BoundParameters()
    parameters.append(text: String(repeating: "x", count: 256 * 1024))
    try connection.sendPrepare(name: "echo", "SELECT $1::text || 'y'")
    let start = cpuSeconds()
    for _ in 0..<512 { try connection.sendPrepared(name: "echo", parameters) }
    try connection.pipelineSync()
    #expect(short(try connection.nextPipelineResult()) == "done 0")
    for _ in 0..<512 {
      guard case .command(_, let result?) = try connection.nextPipelineResult() else {
        Issue.record("no rows")
        return
      }
      #expect(result.withBytes(row: 0, column: 0) { $0.count } == 256 * 1024 + 1)
    }
    #expect(try results(2, of: connection) == ["sync", "none"])
    #expect(cpuSeconds() - start < 20)
    try connection.exitPipelineMode()
  }

  /// Small statements by the hundred thousand: the time must grow with their number, not with its square.
  @Test func aLongPipelineOfSmallStatementsTakesLinearTime() throws {
    let connection = try TestServer.connect()
    try connection.execute("CREATE TEMP TABLE t (id int, v text)")
    try connection.enterPipelineMode()
    let parameters = BoundParameters()
    try connection.sendPrepare(name: "put", "INSERT INTO t VALUES ($1, $2)")
    let start = cpuSeconds()
    for number in 0..<200_000 {
      parameters.removeAll()
      parameters.append(text: String(number))
      parameters.append(text: "a value of some length that a row could have")
      try connection.sendPrepared(name: "put", parameters)
    }
    try connection.pipelineSync()
    var rows = 0
    loop: while true {
      switch try connection.nextPipelineResult() {
      case .command(let count, _): rows += count
      case .none: break loop
      default: continue
      }
    }
    #expect(rows == 200_000)
    #expect(cpuSeconds() - start < 20)
    try connection.exitPipelineMode()
  }

  /// Time that this thread spent computing; waiting for the server does not count.
  private func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
