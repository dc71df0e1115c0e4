import LibPQ
import PostgresClusters
import PostgresTypes
import Synchronization
import Testing

struct ReplicationTests {
  private func connect(_ cluster: ThrowawayCluster) throws -> ReplicationConnection {
    try ReplicationConnection(cluster.connectionSettings(), applicationName: "ReplicationTests")
  }

  private func start(_ connection: ReplicationConnection, _ slot: String, publication: String) throws {
    try connection.startLogicalReplication(
      slot: slot, from: .zero,
      options: [("proto_version", "1"), ("publication_names", SQLIdentifier.alwaysQuoted(publication))])
  }

  /// The next message, waited for.
  private func next(_ connection: ReplicationConnection) throws -> [UInt8]? {
    while true {
      switch try connection.nextCopyData() {
      case .bytes(let bytes): return Array(bytes)
      case .finished: return nil
      case .wouldBlock:
        try waitForInput(connection.socket)
        try connection.consumeInput()
      }
    }
  }

  @Test func theSystemIsIdentified() throws {
    let cluster = try TestServer.cluster()
    let identity = try connect(cluster).identifySystem()
    #expect(identity.systemID == (try cluster.query("SELECT system_identifier FROM pg_control_system()")[0][0]))
    #expect(identity.timeline == 1)
    #expect(identity.database == "postgres")
    #expect(identity.xlogPosition > .zero)
    #expect(TestServer.error { _ = try connect(cluster).timelineHistory(2) }?.kind == .server)
  }

  @Test func anExportedSnapshotShowsTheRowsBeforeTheSlot() throws {
    let cluster = try ThrowawayCluster()
    try cluster.execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1); CREATE PUBLICATION p FOR TABLE t")
    let replication = try connect(cluster)
    let slot = try replication.createLogicalSlot("a_slot", exportSnapshot: true)
    #expect(slot.name == "a_slot")
    #expect(slot.consistentPoint > .zero)
    let snapshot = try #require(slot.snapshotName)
    try cluster.execute("INSERT INTO t VALUES (2)")
    let reader = try cluster.connect()
    try reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    try reader.execute("SET TRANSACTION SNAPSHOT \(SQLLiteral.quoted(snapshot))")
    #expect(try reader.query("SELECT string_agg(id::text, ',') FROM t")[0, 0] == "1")
    #expect(try connect(cluster).createLogicalSlot("without", exportSnapshot: false).snapshotName == nil)
    let taken = TestServer.error { _ = try connect(cluster).createLogicalSlot("a_slot", exportSnapshot: false) }
    #expect(taken?.sqlState == .duplicateObject)
    try connect(cluster).dropSlot("without")
    #expect(try cluster.query("SELECT slot_name FROM pg_replication_slots") == [["a_slot"]])
  }

  @Test func changesKeepalivesAndStatusGoBackAndForth() throws {
    let cluster = try ThrowawayCluster()
    let publication = #"odd "name", it's \ one"#
    try cluster.execute(
      "CREATE TABLE t (id int, at timestamptz); CREATE PUBLICATION \(SQLIdentifier.alwaysQuoted(publication)) FOR TABLE t"
    )
    let replication = try connect(cluster)
    _ = try replication.createLogicalSlot("s", exportSnapshot: false)
    try start(replication, "s", publication: publication)
    #expect(TestServer.error { _ = try replication.identifySystem() }?.kind == .usage)
    try cluster.execute("ALTER ROLE postgres SET TimeZone = 'Asia/Tokyo'")
    try cluster.execute("INSERT INTO t VALUES (7, '2026-01-02 03:04:05+00')")
    var kinds = ""
    var insert: [UInt8] = []
    while !kinds.hasSuffix("C") {
      let message = try #require(try next(replication))
      if message[0] == UInt8(ascii: "w") {
        kinds.unicodeScalars.append(Unicode.Scalar(message[25]))
        if message[25] == UInt8(ascii: "I") { insert = message }
      } else {
        #expect(message[0] == UInt8(ascii: "k"))
      }
    }
    #expect(kinds == "BRIC")
    // The walsender writes under the pinned settings, not under those of the role.
    #expect(String(decoding: insert, as: UTF8.self).contains("2026-01-02 03:04:05+00"))
    let position = try cluster.currentLSN()
    try replication.sendCopyData(statusUpdate(position, wantsReply: true))
    #expect(try replication.flush())
    while try #require(try next(replication))[0] != UInt8(ascii: "k") {}
    try cluster.waitForSlot("s", confirming: position)
    let later = LSN(rawValue: position.rawValue)
    try replication.sendCopyData(statusUpdate(later, wantsReply: false))
    #expect(try replication.endStream(within: .seconds(30)))
    #expect(try replication.identifySystem().timeline == 1)
    try cluster.waitForSlot("s", active: false)
  }

  @Test func aSecondReaderOfASlotIsRefused() throws {
    let cluster = try ThrowawayCluster()
    try cluster.execute("CREATE PUBLICATION p")
    let first = try connect(cluster)
    _ = try first.createLogicalSlot("s", exportSnapshot: false)
    try start(first, "s", publication: "p")
    let second = try connect(cluster)
    #expect(TestServer.error { try start(second, "s", publication: "p") }?.sqlState == .objectInUse)
    #expect(TestServer.error { try start(second, "none", publication: "p") }?.sqlState == .undefinedObject)
    #expect(second.isAlive)
  }

  @Test func aWalsenderThatIsTerminatedSaysWhy() throws {
    let cluster = try ThrowawayCluster()
    try cluster.execute("CREATE PUBLICATION p")
    let replication = try connect(cluster)
    _ = try replication.createLogicalSlot("s", exportSnapshot: false)
    try start(replication, "s", publication: "p")
    try cluster.execute("SELECT pg_terminate_backend(\(replication.backendPID))")
    let error = TestServer.error { while try next(replication) != nil {} }
    #expect(error?.kind == .connectionLost)
    #expect(error?.sqlState == SQLState(rawValue: "57P01"))
  }

  @Test func anErrorInTheStreamIsThrown() throws {
    let cluster = try ThrowawayCluster()
    try cluster.execute("CREATE TABLE t (id int)")
    let replication = try connect(cluster)
    _ = try replication.createLogicalSlot("s", exportSnapshot: false)
    try start(replication, "s", publication: "missing")
    try cluster.execute("INSERT INTO t VALUES (1)")
    let error = TestServer.error { while try next(replication) != nil {} }
    #expect(error?.kind == .server)
    #expect(error?.message == "publication \"missing\" does not exist")
  }

  @Test func aServerThatStopsEndsTheStream() throws {
    let cluster = try ThrowawayCluster()
    try cluster.execute("CREATE PUBLICATION p")
    let replication = try connect(cluster)
    _ = try replication.createLogicalSlot("s", exportSnapshot: false)
    try start(replication, "s", publication: "p")
    try cluster.stop(.immediate)
    #expect(TestServer.error { while try next(replication) != nil {} }?.kind == .connectionLost)
    #expect(!replication.isAlive)
  }

  /// A status update (protocol-replication): written, flushed and applied position, time, and whether to answer.
  private func statusUpdate(_ position: LSN, wantsReply: Bool) -> [UInt8] {
    var bytes = [UInt8(ascii: "r")]
    for value in [position.rawValue, position.rawValue, position.rawValue, 0] {
      withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
    }
    return bytes + [wantsReply ? 1 : 0]
  }
}
