import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes
import Testing

struct LostConnectionTests {
  @Test func aSessionThatWasTerminatedWhileIdleIsLost() throws {
    let connection = try TestServer.connect()
    let pid = connection.backendPID
    try TestServer.cluster().execute("SELECT pg_terminate_backend(\(pid), 10000)")
    let error = TestServer.error { try connection.execute("SELECT 1") }
    #expect(error?.kind == .connectionLost)
    #expect(error?.sqlState == SQLState(rawValue: "57P01"))
    #expect(error?.message == "terminating connection due to administrator command")
    #expect(TestServer.error { try connection.execute("SELECT 1") }?.kind == .connectionLost)
    #expect(!connection.isAlive)
  }

  @Test func aSessionThatIsTerminatedDuringAStatementIsLost() throws {
    let cluster = try TestServer.cluster()
    let connection = try TestServer.connect(applicationName: "terminated")
    let pid = connection.backendPID
    let other = Thread {
      try? cluster.waitForSession(application: "terminated", where: "state = 'active'")
      try? cluster.execute("SELECT pg_terminate_backend(\(pid))")
    }
    other.start()
    let error = TestServer.error { try connection.query("SELECT pg_sleep(60)") }
    #expect(error?.kind == .connectionLost)
    #expect(error?.sqlState == SQLState(rawValue: "57P01"))
  }

  @Test func aServerThatIsKilledIsALostConnectionEverywhere() throws {
    let cluster = try ThrowawayCluster()
    func connect() throws -> PostgresConnection {
      try PostgresConnection(cluster.connectionSettings(), applicationName: "victim")
    }
    let (idle, listening, copying, pipelined) = try (connect(), connect(), connect(), connect())
    try copying.startCopyOut("COPY (SELECT generate_series(1, 100000000)) TO STDOUT")
    try pipelined.enterPipelineMode()
    try pipelined.sendQuery("SELECT pg_sleep(60)", BoundParameters(), label: "nap")
    try pipelined.requestFlush()
    let walsender = try ReplicationConnection(cluster.connectionSettings(), applicationName: "victim")
    _ = try walsender.createLogicalSlot("s", exportSnapshot: false)
    try cluster.execute("CREATE PUBLICATION p FOR ALL TABLES")
    try walsender.startLogicalReplication(
      slot: "s", from: .zero, options: [("proto_version", "1"), ("publication_names", "p")])
    try cluster.crash()
    #expect(TestServer.error { try idle.execute("SELECT 1") }?.kind == .connectionLost)
    #expect(TestServer.error { _ = try listening.notifications() }?.kind == .connectionLost)
    #expect(TestServer.error { while try copying.nextCopyRow() != nil {} }?.kind == .connectionLost)
    #expect(TestServer.error { _ = try pipelined.nextPipelineResult() }?.kind == .connectionLost)
    #expect(
      TestServer.error { try pipelined.sendQuery("SELECT 1", BoundParameters()) }?.kind == .connectionLost)
    let error = TestServer.error {
      while true {
        if case .wouldBlock = try walsender.nextCopyData() {
          try waitForInput(walsender.socket)
          try walsender.consumeInput()
        }
      }
    }
    #expect(error?.kind == .connectionLost)
    #expect(error?.sqlState == .connectionFailure)
    #expect(error?.message.contains("server closed the connection") == true)
    for connection in [idle, copying, pipelined] { #expect(!connection.isAlive) }
    #expect(TestServer.error { _ = try connect() }?.kind == .connectionFailed)
    try cluster.start()
    #expect(try connect().query("SELECT slot_name FROM pg_catalog.pg_replication_slots")[0, 0] == "s")
  }

  @Test func aServerThatShutsDownSaysSo() throws {
    let cluster = try ThrowawayCluster()
    let connection = try PostgresConnection(cluster.connectionSettings(), applicationName: "x")
    try cluster.stop(.fast)
    let error = TestServer.error { try connection.execute("SELECT 1") }
    #expect(error?.kind == .connectionLost)
    #expect(error?.sqlState == SQLState(rawValue: "57P01"))
  }
}
