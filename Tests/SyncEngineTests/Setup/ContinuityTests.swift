import PostgresClusters
import PostgresTypes
import Testing

@testable import LibPQ
@testable import SyncEngine

@Suite("Continuity or refusal")
struct ContinuityTests {
  private let record = PipelineRecord(
    pipeline: "p", publication: "pub", slot: "s", includeTables: ["*.*"], excludeTables: [], sourceSystemID: "77",
    sourceTimeline: 2, sourceDatabase: "db")
  private let progress = LSN(rawValue: 1000)

  private func facts(
    system: String = "77", timeline: Int = 2, end: UInt64 = 2000, database: String = "db", history: String = "",
    slot: SlotState? = SlotState(
      name: "s", type: "logical", plugin: "pgoutput", database: "db", confirmedFlushLSN: LSN(rawValue: 900),
      walStatus: "reserved"),
    hasPublication: Bool = true
  ) -> Continuity.Facts {
    var facts = Continuity.Facts(
      identity: SystemIdentity(
        systemID: system, timeline: timeline, xlogPosition: LSN(rawValue: end), database: database), slot: slot,
      hasPublication: hasPublication)
    facts.history = TimelineHistory(history)
    return facts
  }

  private func slot(_ change: (inout SlotState) -> Void) -> SlotState {
    var slot = SlotState(
      name: "s", type: "logical", plugin: "pgoutput", database: "db", confirmedFlushLSN: LSN(rawValue: 900),
      walStatus: "reserved")
    change(&slot)
    return slot
  }

  private func found(_ facts: Continuity.Facts) -> ContinuityBreak? {
    Continuity.firstBreak(record, progress, facts)
  }

  @Test("goes on where nothing has changed, and with a slot that is behind or still held")
  func unbroken() {
    #expect(found(facts()) == nil)
    #expect(found(facts(slot: slot { $0.confirmedFlushLSN = progress })) == nil)
    #expect(found(facts(slot: slot { $0.activePID = 42 })) == nil)
    #expect(found(facts(end: 1000)) == nil)
    #expect(found(facts(slot: slot { $0.walStatus = "unreserved" })) == nil)
  }

  @Test("refuses another cluster and another database")
  func otherPlace() {
    #expect(found(facts(system: "78")) == .otherSystem(stored: "77", found: "78"))
    #expect(found(facts(database: "other")) == .otherDatabase(stored: "db", found: "other"))
  }

  @Test("refuses a slot that is gone, lost, somebody else's, or ahead of the target")
  func slots() {
    #expect(found(facts(slot: nil)) == .slotMissing(slot: "s"))
    #expect(found(facts(slot: slot { $0.walStatus = "lost" })) == .slotLost(slot: "s", reason: nil))
    #expect(
      found(facts(slot: slot { $0.invalidation = "wal_removed" })) == .slotLost(slot: "s", reason: "wal_removed"))
    #expect(
      found(facts(slot: slot { $0.plugin = "test_decoding" }))
        == .slotUnfit(slot: "s", what: "belongs to the plugin test_decoding"))
    #expect(found(facts(slot: slot { $0.type = "physical" })) == .slotUnfit(slot: "s", what: "is a physical one"))
    #expect(
      found(facts(slot: slot { $0.confirmedFlushLSN = LSN(rawValue: 1001) }))
        == .slotAhead(slot: "s", confirmed: LSN(rawValue: 1001), progress: progress))
  }

  @Test("refuses a source whose past does not contain the target's position")
  func histories() {
    #expect(found(facts(timeline: 1)) == .otherHistory(storedTimeline: 2, timeline: 1, progress: progress))
    #expect(found(facts(timeline: 3, history: "1\t0/100\tx\n2\t0/3E8\tno recovery target\n")) == nil)
    #expect(
      found(facts(timeline: 3, history: "1\t0/100\tx\n2\t0/3E7\tx\n"))
        == .otherHistory(storedTimeline: 2, timeline: 3, progress: progress))
    // Timeline 2 of another branch: this server never was on it.
    #expect(
      found(facts(timeline: 3, history: "1\t0/9999\tx\n"))
        == .otherHistory(storedTimeline: 2, timeline: 3, progress: progress))
    #expect(found(facts(end: 999)) == .sourceBehind(end: LSN(rawValue: 999), progress: progress))
  }

  @Test("refuses a publication that is gone")
  func publication() {
    #expect(found(facts(hasPublication: false)) == .publicationMissing(publication: "pub"))
  }

  @Test("every refusal says what happened, why it matters and what to do")
  func words() {
    let breaks: [ContinuityBreak] = [
      .otherSystem(stored: "1", found: "2"), .otherDatabase(stored: "a", found: "b"), .slotMissing(slot: "s"),
      .slotLost(slot: "s", reason: nil), .slotUnfit(slot: "s", what: "is a physical one"),
      .slotAhead(slot: "s", confirmed: .zero, progress: .zero), .sourceBehind(end: .zero, progress: .zero),
      .otherHistory(storedTimeline: 1, timeline: 2, progress: .zero), .publicationMissing(publication: "p"),
    ]
    for found in breaks {
      guard case .refused(let what, let why, let fix) = found.refusal else {
        Issue.record("\(found) is a refusal")
        continue
      }
      #expect(!what.isEmpty && !why.isEmpty && !fix.isEmpty)
    }
  }

  /// A pipeline that streams from a slot of its own.
  private func streaming(
    _ version: Int? = nil, sourceCluster: ThrowawayCluster? = nil
  ) throws -> ScratchPipeline {
    let pipeline = try ScratchPipeline(version, sourceCluster: sourceCluster)
    try pipeline.onBoth("CREATE TABLE public.t (id int PRIMARY KEY)")
    try pipeline.setUp()
    try pipeline.source.run(
      "SELECT pg_create_logical_replication_slot(\(SQLLiteral.quoted(pipeline.options.slot)), 'pgoutput')")
    let confirmed = try pipeline.source.values(
      "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '\(pipeline.options.slot)'")
    let catalog = PipelineCatalog(try pipeline.target.connect(), pipeline: pipeline.options.pipeline)
    try catalog.setPhase(.streaming)
    try catalog.beginProgress(at: try #require(LSN(confirmed[0] ?? "")))
    return pipeline
  }

  private func check(_ pipeline: ScratchPipeline) throws {
    try Continuity(
      options: pipeline.options, source: pipeline.source.connect(), target: pipeline.target.connect()
    ).check()
  }

  private func refusal(_ pipeline: ScratchPipeline) throws -> String? {
    do {
      try check(pipeline)
      return nil
    } catch SyncError.refused(let what, _, _) {
      return what
    }
  }

  @Test(
    "holds against a real server, until the slot is advanced, created anew or dropped",
    arguments: ScratchDatabase.versions)
  func realSlot(version: Int) throws {
    let pipeline = try streaming(version)
    let slot = SQLLiteral.quoted(pipeline.options.slot)
    #expect(try refusal(pipeline) == nil)
    try pipeline.source.run("INSERT INTO public.t VALUES (1)")
    try pipeline.source.run("SELECT pg_replication_slot_advance(\(slot), pg_current_wal_lsn())")
    #expect(try refusal(pipeline)?.contains("is confirmed up to") == true)
    try pipeline.source.run("SELECT pg_drop_replication_slot(\(slot))")
    #expect(try refusal(pipeline)?.contains("does not exist") == true)
    try pipeline.source.run("SELECT pg_create_logical_replication_slot(\(slot), 'pgoutput')")
    #expect(try refusal(pipeline)?.contains("is confirmed up to") == true)
    try pipeline.source.run("SELECT pg_drop_replication_slot(\(slot))")
  }

  @Test("notices a publication that was dropped, and a catalog that has lost its progress")
  func realPublication() throws {
    let pipeline = try streaming()
    try pipeline.source.run("DROP PUBLICATION pub")
    #expect(try refusal(pipeline)?.contains("publication pub") == true)
    try pipeline.target.run("DELETE FROM pgsyncd.progress")
    #expect(throws: SyncError.self) { try check(pipeline) }
    try pipeline.source.run("SELECT pg_drop_replication_slot(\(SQLLiteral.quoted(pipeline.options.slot)))")
  }

  @Test("notices that the source has thrown away log that the slot needs", arguments: ScratchDatabase.versions)
  func lostSlot(version: Int) throws {
    let cluster = try ThrowawayCluster(
      ClusterOptions(
        majorVersion: version,
        settings: ["max_slot_wal_keep_size": "1MB", "min_wal_size": "32MB", "max_wal_size": "32MB"]))
    let pipeline = try streaming(version, sourceCluster: cluster)
    #expect(try refusal(pipeline) == nil)
    try pipeline.source.run("CREATE TABLE public.noise (a text)")
    for _ in 0..<4 {
      try pipeline.source.run(
        "INSERT INTO public.noise SELECT repeat('x', 1000) FROM generate_series(1, 20000)")
      try pipeline.source.run("SELECT pg_switch_wal()")
    }
    try pipeline.source.run("CHECKPOINT")
    #expect(try refusal(pipeline)?.contains("is invalidated") == true)
  }
}
