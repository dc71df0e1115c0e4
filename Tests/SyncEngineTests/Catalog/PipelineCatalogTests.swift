import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift
import Synchronization
import Testing

@testable import SyncEngine

@Suite("The catalog in the target")
struct PipelineCatalogTests {
  private func emptyCatalog(_ version: Int? = nil) throws -> PipelineCatalog {
    let catalog = PipelineCatalog(try ScratchDatabase(version).connect(), pipeline: "p")
    try catalog.migrate()
    return catalog
  }

  private let record = PipelineRecord(
    pipeline: "p", publication: "Pub \"lication", slot: "s", includeTables: ["*.*", "\"we\"\"ird\".t"],
    excludeTables: ["a.b"], sourceSystemID: "7711051626282419281", sourceTimeline: 3, sourceDatabase: "d'b")

  private func schema(_ oid: UInt32, _ name: QualifiedName, columns: Int = 2) -> TableSchema {
    let text = TypeReference(
      oid: OID(rawValue: 25), name: QualifiedName(schema: "pg_catalog", name: "text"), sqlName: "text")
    return TableSchema(
      oid: OID(rawValue: oid), name: name,
      columns: (1...columns).map {
        ColumnSchema(
          name: "c\($0) \"{\\", attributeNumber: Int16($0), type: text, defaultExpression: "'a''b'::text")
      }, rowFilter: "(id > 5)")
  }

  private func table(_ oid: UInt32, _ name: String, warnings: [String] = []) -> TableRecord {
    let schema = schema(oid, QualifiedName(schema: "public", name: name))
    return TableRecord(
      source: schema, sourceFingerprint: SchemaFingerprint(of: schema), targetFingerprint: nil, warnings: warnings,
      acceptedLosses: ["x \"y\""])
  }

  @Test("is created once, and then left alone", arguments: ScratchDatabase.versions)
  func migration(version: Int) throws {
    let catalog = PipelineCatalog(try ScratchDatabase(version).connect(), pipeline: "p")
    #expect(try catalog.state() == .absent)
    #expect(try catalog.pipelineRecordIfAny() == nil)
    try catalog.migrate()
    #expect(try catalog.state().isCurrent)
    try catalog.insert(record)
    try catalog.migrate()
    #expect(try catalog.pipelineRecordIfAny() != nil)
    #expect(catalog.connection.transactionStatus == .idle)
  }

  @Test("is part of the caller's transaction if one is open")
  func migrationInTransaction() throws {
    let catalog = PipelineCatalog(try ScratchDatabase().connect(), pipeline: "p")
    try catalog.connection.execute("BEGIN")
    try catalog.migrate()
    try catalog.connection.execute("ROLLBACK")
    #expect(try catalog.state() == .absent)
  }

  @Test("is created by one of several processes that try at the same time")
  func concurrentMigration() throws {
    let database = try ScratchDatabase()
    let failures = Failures()
    let threads = try (0..<8).map { number in
      try NamedThread<Void>(name: "migrate-\(number)") {
        do {
          try PipelineCatalog(database.connect(), pipeline: "p").migrate()
        } catch {
          failures.texts.withLock { $0.append("\(error)") }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.texts.withLock { $0 } == [])
    #expect(try database.values("SELECT version FROM pgsyncd.catalog_version") == ["1"])
  }

  @Test("is refused if a later pgsyncd wrote it, or somebody else")
  func foreignCatalogs() throws {
    let catalog = try emptyCatalog()
    try catalog.connection.execute("INSERT INTO pgsyncd.catalog_version VALUES (99)")
    #expect(throws: CatalogError.self) { try catalog.migrate() }
    do {
      try catalog.migrate()
    } catch {
      guard case CatalogError.newerThanBinary(99, 1) = error else { throw error }
    }
    let other = PipelineCatalog(try ScratchDatabase().connect(), pipeline: "p")
    try other.connection.execute("CREATE SCHEMA pgsyncd; CREATE TABLE pgsyncd.mine (id int)")
    #expect(try other.state() == .foreignSchema)
    #expect(throws: CatalogError.self) { try other.migrate() }
    #expect(other.connection.transactionStatus == .idle)
  }

  @Test("keeps a pipeline as it was stored")
  func pipelines() throws {
    let catalog = try emptyCatalog()
    #expect(try catalog.pipelineRecord() == nil)
    try catalog.insert(record)
    var stored = try #require(try catalog.pipelineRecord())
    #expect(stored.createdAt != nil)
    stored.createdAt = nil
    #expect(stored == record)
    try catalog.setPhase(.copying)
    try catalog.setSourceTimeline(4)
    try catalog.setSlot("other")
    #expect(try catalog.allPipelines().map(\.phase) == [.copying])
    #expect(try catalog.pipelineRecord()?.sourceTimeline == 4)
    #expect(try catalog.pipelineRecord()?.slot == "other")
    try catalog.deletePipeline()
    #expect(try catalog.pipelineCount() == 0)
  }

  @Test("keeps tables as they were stored, schema and all")
  func tables() throws {
    let catalog = try emptyCatalog()
    try catalog.insert(record)
    var hostile = table(4_294_967_295, "we\"ird; DROP TABLE x", warnings: ["one", "two, \"three\""])
    hostile.targetFingerprint = SchemaFingerprint(hex: "ab")
    hostile.overrides = PolicyOverrides(skipColumns: ["a"])
    try catalog.insert([table(7, "b"), hostile, table(8, "a")])
    let stored = try catalog.tables()
    #expect(stored.map(\.name.name) == ["a", "b", "we\"ird; DROP TABLE x"])
    let last = try #require(stored.last)
    #expect(last.sourceSchema == hostile.sourceSchema)
    #expect(last.sourceFingerprint == hostile.sourceFingerprint)
    #expect(last.targetFingerprint?.hex == "ab" && stored[0].targetFingerprint == nil)
    #expect(last.warnings == hostile.warnings && last.acceptedLosses == ["x \"y\""])
    #expect(last.overrides == hostile.overrides)
    #expect(last.state == .pending && last.wireShape == nil && last.stopKind == nil)
    #expect(try catalog.counters().count == 3)
    #expect(try catalog.table(OID(rawValue: 7))?.name.name == "b")
    #expect(try catalog.table(OID(rawValue: 9)) == nil)
    try catalog.deleteTables([OID(rawValue: 7), OID(rawValue: 8)])
    #expect(try catalog.tables().count == 1)
    #expect(try catalog.counters().count == 1)
  }

  @Test("stores ten thousand tables in a few statements")
  func manyTables() throws {
    let catalog = try emptyCatalog()
    try catalog.insert(record)
    try catalog.insert((1...10_000).map { table(UInt32($0), "t\($0)") })
    #expect(try catalog.tables().count == 10_000)
  }

  @Test("a table that stops keeps where it stopped first, and forgets it all when it streams again")
  func stops() throws {
    let catalog = try emptyCatalog()
    try catalog.insert(record)
    try catalog.insert([table(7, "a")])
    let oid = OID(rawValue: 7)
    let stop = TableStop(
      kind: .schemaMismatch, reason: "source_added_column", error: "e", resolution: "r", fix: ["ALTER 'x';", "b"],
      message: ["[ERROR] one", ""], lsn: LSN(rawValue: 500), appliedLSN: LSN(rawValue: 400))
    try catalog.stopTable(oid, stop)
    try catalog.stopTable(
      oid, TableStop(kind: .applyError, error: "later", lsn: LSN(rawValue: 900), appliedLSN: nil))
    var table = try #require(try catalog.table(oid))
    #expect(table.state == .stopped && table.stopKind == .applyError && table.error == "later")
    #expect(table.stoppedAtLSN == LSN(rawValue: 500) && table.appliedLSN == LSN(rawValue: 400))
    #expect(table.stoppedAt != nil)
    try catalog.stopTable(oid, stop)
    table = try #require(try catalog.table(oid))
    #expect(table.fix == stop.fix && table.message == stop.message && table.reason == stop.reason)
    try catalog.setState(oid, .streaming)
    table = try #require(try catalog.table(oid))
    #expect(table.state == .streaming && table.stopKind == nil && table.stoppedAtLSN == nil && table.fix == [])
    #expect(table.appliedLSN == nil && table.message == [])
  }

  @Test("what was accepted is the new baseline")
  func acceptance() throws {
    let catalog = try emptyCatalog()
    try catalog.insert(record)
    try catalog.insert([table(7, "a")])
    let renamed = schema(7, QualifiedName(schema: "other", name: "renamed"), columns: 3)
    try catalog.accept(
      OID(rawValue: 7), schema: renamed, target: nil, wireShape: [0, 255, 16], warnings: ["w"], acceptedLosses: [])
    var table = try #require(try catalog.table(OID(rawValue: 7)))
    #expect(table.name == renamed.name && table.sourceSchema == renamed && table.wireShape == [0, 255, 16])
    #expect(table.warnings == ["w"] && table.acceptedLosses == [])
    try catalog.setNeedsRepair(OID(rawValue: 7), "row_missing")
    try catalog.setWarnings(OID(rawValue: 7), [])
    table = try #require(try catalog.table(OID(rawValue: 7)))
    #expect(table.needsRepair == "row_missing" && table.warnings == [])
  }

  @Test("requests are open until they are finished, and both ends are told")
  func requests() throws {
    let database = try ScratchDatabase()
    let catalog = PipelineCatalog(try database.connect(), pipeline: "p")
    try catalog.migrate()
    try catalog.insert(record)
    let listener = try database.connect()
    try listener.execute("LISTEN \(PipelineCatalog.notificationChannel)")
    let first = try catalog.insertRequest(.pause, OID(rawValue: 7))
    let second = try catalog.insertRequest(.resume, OID(rawValue: 8))
    #expect(try catalog.openRequests().map(\.id) == [first, second])
    try catalog.finishRequest(first, .refused, message: ["no"])
    #expect(try catalog.openRequests().map(\.command) == [.resume])
    let finished = try #require(try catalog.request(first))
    #expect(finished.outcome == .refused && finished.message == ["no"] && finished.finishedAt != nil)
    #expect(finished.requestedBy == "postgres" && finished.sourceOID == OID(rawValue: 7))
    #expect(try catalog.request(99) == nil)
    try listener.execute("SELECT 1")
    #expect(try listener.notifications().contains { $0.payload == "p" })
  }

  @Test("drift events are kept, and blocking ones are resolved together")
  func driftEvents() throws {
    let catalog = try emptyCatalog()
    try catalog.insert(record)
    let name = QualifiedName(schema: "s", name: "t")
    var blocked = DriftEventRecord(
      sourceOID: OID(rawValue: 7), name: name, lsn: LSN(rawValue: 77), detectionSeconds: 0.25,
      oldFingerprint: SchemaFingerprint(hex: "aa"), newFingerprint: SchemaFingerprint(hex: "bb"), verdict: .blocked,
      reason: "unsafe_cast", message: ["a", "b"])
    blocked.id = try catalog.insertDriftEvent(blocked)
    try catalog.insertDriftEvent(DriftEventRecord(sourceOID: OID(rawValue: 7), name: name, verdict: .warning))
    try catalog.insertDriftEvent(DriftEventRecord(sourceOID: OID(rawValue: 8), name: name, verdict: .blocked))
    try catalog.resolveDriftEvents(OID(rawValue: 7), .resumed)
    let events = try catalog.driftEvents(of: OID(rawValue: 7))
    #expect(events.map(\.verdict) == [.blocked, .warning])
    #expect(events.map(\.resolution) == ["resumed", nil])
    var first = try #require(events.first)
    #expect(first.occurredAt != nil && first.resolvedAt != nil)
    (first.occurredAt, first.resolvedAt, first.resolution) = (nil, nil, nil)
    #expect(first == blocked)
    #expect(try catalog.driftEvents().count == 3)
  }

  @Test("the service's word is written over and over, by the server's clock")
  func service() throws {
    let catalog = try emptyCatalog()
    try catalog.insert(record)
    #expect(try catalog.service() == nil)
    let started = PostgresTimestamp(unixMicroseconds: 1_770_235_200_123_456)
    var service = ServiceRecord(
      host: "h", pid: 42, version: "0.1", startedAt: started, heartbeatAt: started, activity: "streaming",
      receivedLSN: LSN(rawValue: 1), sourceLSN: LSN(rawValue: 2), confirmedFlushLSN: LSN(rawValue: 3),
      restartLSN: LSN(rawValue: 4), retainedWALBytes: 5, walStatus: "reserved", lastError: "e")
    try catalog.writeService(service)
    service.activity = "copying"
    try catalog.writeService(service)
    var stored = try #require(try catalog.service())
    #expect(stored.heartbeatAt > started)
    stored.heartbeatAt = started
    #expect(stored == service)
  }

  @Test("tells progress, counters and what is parked")
  func statistics() throws {
    let catalog = try emptyCatalog()
    try catalog.insert(record)
    try catalog.insert([table(7, "a"), table(8, "b")])
    #expect(try catalog.progress() == [])
    try catalog.beginProgress(at: LSN(rawValue: 0x16_B374_D848))
    #expect(try catalog.progress() == [ProgressRecord(worker: 0, appliedLSN: LSN(rawValue: 0x16_B374_D848))])
    try catalog.setRowsCopied([OID(rawValue: 7): 12, OID(rawValue: 8): 0])
    try catalog.connection.execute(
      """
      UPDATE pgsyncd.table_counters SET rows_inserted = 1, rows_updated = 2, rows_deleted = 4 WHERE source_oid = 7;
      INSERT INTO pgsyncd.parked_changes VALUES ('p', 7, 1, '0/10', '0/20', 3, 100, 'x'), ('p', 7, 2, '0/20', '0/30', 4, 11, 'y')
      """)
    let counters = try catalog.counters()
    #expect(counters[OID(rawValue: 7)]?.copied == 12)
    #expect(counters[OID(rawValue: 7)]?.rowsApplied == 7)
    #expect(
      try catalog.parkedStatistics() == [
        OID(rawValue: 7): ParkedStatistics(
          chunks: 2, changes: 7, bytes: 111, firstCommitLSN: LSN(rawValue: 0x10), lastCommitLSN: LSN(rawValue: 0x30))
      ])
  }

  @Test("knows who leads a pipeline")
  func leadership() throws {
    let database = try ScratchDatabase()
    let observer = try database.connect()
    for pipeline in ["p", "another", "x_1"] {
      let lock = LeadershipLock(pipeline: pipeline)
      #expect(try lock.holder(observer) == nil)
      let leader = try database.connect()
      try leader.execute("SELECT pg_advisory_lock(\(lock.sqlArguments))")
      #expect(try lock.holder(observer) == leader.backendPID)
      try leader.execute("SELECT pg_advisory_unlock(\(lock.sqlArguments))")
      #expect(try lock.holder(observer) == nil)
    }
  }
}

private final class Failures: Sendable {
  let texts = Mutex<[String]>([])
}
