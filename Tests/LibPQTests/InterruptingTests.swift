import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes
import Testing

struct InterruptingTests {
  @Test func aStatementIsCancelledFromAnotherThreadAndTheConnectionLivesOn() throws {
    let cluster = try TestServer.cluster()
    let connection = try TestServer.connect(applicationName: "cancelled")
    let cancel = connection.cancelHandle
    let start = ContinuousClock.now
    Thread.detachNewThread {
      try? cluster.waitForSession(application: "cancelled", where: "state = 'active'")
      #expect(cancel.cancel())
    }
    let error = TestServer.error { try connection.query("SELECT pg_sleep(60)") }
    #expect(error?.kind == .server)
    #expect(error?.sqlState == .queryCanceled)
    #expect(ContinuousClock.now - start < .seconds(30))
    #expect(try connection.query("SELECT 1")[0, 0] == "1")
  }

  @Test func aCancelHandleOutlivesItsConnection() throws {
    let connection = try TestServer.connect()
    let cancel = connection.cancelHandle
    connection.close()
    cancel.cancel()
  }

  @Test func everyKindOfWaitEndsWhenInterrupted() throws {
    let cluster = try TestServer.cluster()
    let waits: [(String, (PostgresConnection) throws -> Void)] = [
      ("query", { try $0.query("SELECT pg_sleep(60)") }),
      ("parameters", { try $0.query("SELECT pg_sleep($1::float8)", ["60"]) }),
      (
        "pipeline",
        {
          try $0.enterPipelineMode()
          try $0.sendQuery("SELECT pg_sleep(60)", BoundParameters())
          _ = try $0.nextPipelineResult()
        }
      ),
      ("copy out", { try $0.copyOut("COPY (SELECT pg_sleep(60)) TO STDOUT") { _ in } }),
      (
        "copy in",
        { connection in
          // The first row waits for a lock, so the server stops reading and the socket fills up.
          try connection.copyIn("COPY locked_by_another FROM STDIN")
          let bytes = Array("1\n".utf8) + Array(repeating: UInt8(ascii: "2"), count: 1_000_000)
          while true { try bytes.withUnsafeBytes { try connection.putCopyData($0) } }
        }
      ),
    ]
    let blocker = try cluster.connect()
    try blocker.execute(
      """
      CREATE TABLE locked_by_another (v text);
      CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END $$;
      CREATE TRIGGER hold BEFORE INSERT ON locked_by_another FOR EACH ROW EXECUTE FUNCTION hold();
      SELECT pg_advisory_lock(4711)
      """)
    for (name, wait) in waits {
      let interruption = WaitInterruption()
      let search = SessionOptions.pinned.adding("search_path", "public")
      let connection = try PostgresConnection(
        cluster.connectionSettings(), applicationName: "interrupted \(name)", session: search,
        interruption: interruption)
      let start = ContinuousClock.now
      Thread.detachNewThread {
        try? cluster.waitForSession(
          application: "interrupted \(name)", where: "wait_event IN ('PgSleep', 'advisory')")
        interruption.interrupt()
      }
      let error = TestServer.error { try wait(connection) }
      #expect(error?.kind == .interrupted, "\(name)")
      #expect(ContinuousClock.now - start < .seconds(30), "\(name)")
      #expect(!connection.isAlive, "\(name)")
      #expect(TestServer.error { try connection.execute("SELECT 1") }?.kind == .interrupted, "\(name)")
      connection.close()
    }
    blocker.close()
    try cluster.execute("DROP TABLE locked_by_another; DROP FUNCTION hold()")
  }
}
