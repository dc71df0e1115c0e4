import LibPQ
import PostgresClusters
import PostgresTypes
import SchemaDrift
import Testing

@testable import SyncEngine

@Suite("The first copy: slot, progress and interruptions")
struct InitialSyncTests {
  private static let twoTables = """
    CREATE TABLE public.large (id int PRIMARY KEY, note text);
    CREATE TABLE public.small (id int PRIMARY KEY, note text);
    """
  private static let someRows = """
    INSERT INTO public.large SELECT n, repeat('x', 50) FROM generate_series(1, 20000) n;
    INSERT INTO public.small SELECT n, 'y' FROM generate_series(1, 10) n;
    """

  private func scene(source: ThrowawayCluster? = nil) throws -> CopyScene {
    try CopyScene(on: source, source: Self.twoTables, rows: Self.someRows)
  }

  private func refusal(_ scene: CopyScene, _ context: PipelineContext) -> String {
    let error = #expect(throws: SyncError.self) { try scene.sync(context) }
    return error?.description ?? ""
  }

  // MARK: The snapshot

  @Test("leaves what is committed after the slot to the stream")
  func snapshot() throws {
    let scene = try scene()
    let observer = CopyObserver { event in
      guard case .activity(let text) = event, text.hasPrefix("copying") else { return }
      #expect(throws: Never.self) {
        try scene.source.execute(
          "INSERT INTO public.small VALUES (100, 'late'); UPDATE public.large SET note = 'late'; DELETE FROM public.small "
            + "WHERE id = 1", database: scene.name)
      }
    }
    #expect(try scene.sync(scene.context(observer)))
    #expect(try scene.onTarget("SELECT count(*), min(id), max(id) FROM public.small") == [["10", "1", "10"]])
    #expect(try scene.onTarget("SELECT count(*) FROM public.large WHERE note = 'late'") == [["0"]])
    // Progress is where the slot begins to deliver.
    let progress = try scene.onTarget("SELECT worker, applied_lsn FROM pgsyncd.progress")
    let slot = try scene.onSource(
      "SELECT 0, confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '\(scene.name)'")
    #expect(progress == slot)
    #expect(try scene.sessions == 0)
    // A pipeline that streams is left alone.
    #expect(try scene.sync(scene.context()))
  }

  @Test("begins anew when a table was rewritten between the snapshot and its lock", arguments: ["ALTER", "TRUNCATE"])
  func rewritten(how: String) throws {
    let scene = try scene()
    let statement =
      how == "ALTER" ? "ALTER TABLE public.large ALTER id TYPE int USING id + 0" : "TRUNCATE public.large"
    let observer = CopyObserver { event in
      guard case .activity(let text) = event, text.hasPrefix("copying") else { return }
      #expect(throws: Never.self) { try scene.source.execute(statement, database: scene.name) }
    }
    let error = #expect(throws: SyncError.self) { try scene.sync(scene.context(observer)) }
    #expect(error?.isRetryable == true && error?.description.contains("public.large") == true)
    #expect(try scene.sync(scene.context()))
    #expect(try scene.differences() == [])
  }

  // MARK: Refusals

  @Test("refuses tables that are not empty, and changes nothing")
  func notEmpty() throws {
    let scene = try scene()
    try scene.target.execute("INSERT INTO public.small VALUES (7, 'mine')", database: scene.name)
    let text = refusal(scene, try scene.context())
    #expect(text.contains("public.small") && !text.contains("public.large") && text.contains("--no-copy"))
    #expect(try scene.onTarget("SELECT * FROM public.small") == [["7", "mine"]])
    #expect(try scene.phase == "set_up")
    #expect(try scene.states == ["pending"])
    #expect(try scene.slots == 0)
  }

  @Test("refuses a slot that is there already, and never takes it for its own")
  func slotExists() throws {
    let scene = try scene()
    try scene.source.execute(
      "SELECT pg_create_logical_replication_slot('\(scene.name)', 'pgoutput')", database: scene.name)
    for _ in 1...2 {
      let text = refusal(scene, try scene.context())
      #expect(text.contains(scene.name) && text.contains("--no-copy"))
      #expect(try scene.phase == "set_up")
      #expect(try scene.slots == 1)
    }
  }

  @Test("says what to do without a free slot and without REPLICATION")
  func sourceRefuses() throws {
    let source = try ThrowawayCluster(ClusterOptions(settings: ["max_replication_slots": "1"]))
    let scene = try scene(source: source)
    try source.execute(
      "CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", database: scene.name)
    #expect(refusal(scene, try scene.context(sourceUser: "reader")).contains("ALTER ROLE reader REPLICATION"))
    try source.execute("SELECT pg_create_physical_replication_slot('other')")
    #expect(refusal(scene, try scene.context()).contains("max_replication_slots"))
    // Nothing was begun, so whatever slot is there later is not ours.
    #expect(try scene.phase == "set_up")
    try source.execute("SELECT pg_drop_replication_slot('other'); ALTER ROLE reader REPLICATION")
    #expect(try scene.sync(scene.context(sourceUser: "reader")))
    #expect(try scene.differences() == [])
  }

  @Test("names the grant when a table may not be read or written, and row security does not hide rows")
  func privileges() throws {
    let scene = try scene()
    let role = "reader_\(scene.name)"
    try scene.source.execute(
      "CREATE ROLE \(role) LOGIN REPLICATION; GRANT SELECT ON public.small TO \(role)", database: scene.name)
    #expect(refusal(scene, try scene.context(sourceUser: role)).contains("large"))
    try scene.source.execute(
      """
      GRANT SELECT ON public.large TO \(role); ALTER TABLE public.small ENABLE ROW LEVEL SECURITY;
      CREATE POLICY few ON public.small USING (id < 3)
      """, database: scene.name)
    #expect(refusal(scene, try scene.context(sourceUser: role)).contains("row-level security"))
    try scene.source.execute("ALTER ROLE \(role) BYPASSRLS", database: scene.name)
    #expect(try scene.sync(scene.context(sourceUser: role)))
    #expect(try scene.differences() == [])
  }

  @Test("commits nothing when another process leads")
  func fenced() throws {
    let scene = try scene()
    let error = #expect(throws: SyncError.self) { try scene.sync(scene.context(), leads: false) }
    guard case .fenced = error else { return #expect(error?.description == "fenced") }
    #expect(try scene.onTarget("SELECT FROM public.small UNION ALL SELECT FROM public.large") == [])
    #expect(try scene.sync(scene.context()))
    #expect(try scene.differences() == [])
  }

  // MARK: Failures

  @Test("names the table and the SQLSTATE, ends the other workers, and begins anew after the fix")
  func failure() throws {
    let scene = try scene()
    try scene.source.execute("UPDATE public.small SET note = 'geheim' WHERE id = 10", database: scene.name)
    try scene.target.execute(
      "ALTER TABLE public.small ADD CONSTRAINT tidy CHECK (note <> 'geheim')", database: scene.name)
    // The other worker waits for a lock all the while.
    let blocker = try scene.target.connect(database: scene.name)
    defer { blocker.close() }
    try blocker.execute("BEGIN; LOCK TABLE public.large IN SHARE MODE")
    let start = ContinuousClock.now
    let text = refusal(scene, try scene.context())
    #expect(ContinuousClock.now - start < .seconds(8))
    #expect(text.contains("public.small") && text.contains("23514") && text.contains("tidy"))
    #expect(!text.contains("geheim"))
    #expect(try scene.phase == "copying")
    #expect(try scene.slots == 0)
    try blocker.execute("ROLLBACK")
    try scene.target.execute("ALTER TABLE public.small DROP CONSTRAINT tidy", database: scene.name)
    #expect(try scene.sync(scene.context()))
    #expect(try scene.differences() == [])
    #expect(try scene.phase == "streaming")
  }

  @Test("takes up a copy that was killed: the slot and the rows of the first attempt are thrown away")
  func killed() throws {
    let scene = try scene()
    // All sessions of the process end at one instant, as they do when it is killed, after a table was committed.
    let observer = CopyObserver { event in
      guard case .copied = event else { return }
      for cluster in [scene.source, scene.target] {
        #expect(throws: Never.self) {
          try cluster.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
              + "WHERE application_name LIKE 'pgsyncd \(scene.name) %'")
        }
      }
    }
    let error = #expect(throws: SyncError.self) {
      try scene.sync(scene.context(observer) { $0.copyWorkers = 1 })
    }
    #expect(error?.isRetryable == true)
    #expect(try scene.phase == "copying")
    #expect(try scene.slots == 1)
    #expect(try scene.onTarget("SELECT count(*) FROM public.large") == [["20000"]])
    // What happens meanwhile is copied by the second attempt.
    try scene.source.execute(
      "DELETE FROM public.large WHERE id > 5; INSERT INTO public.small VALUES (11, 'z')", database: scene.name)
    let again = CopyObserver()
    #expect(try scene.sync(scene.context(again)))
    #expect(try scene.differences() == [])
    #expect(again.copied["public.large"] == 5)
    #expect(try scene.slots == 1)
    let counted = try scene.onTarget("SELECT sum(rows_copied) FROM pgsyncd.table_counters")
    #expect(counted == [["16"]])
  }

  @Test("does not empty a table that it had not begun with, nor one that others refer to")
  func restartIsCareful() throws {
    let scene = try scene()
    try scene.target.execute(
      """
      ALTER TABLE public.small ADD CHECK (id < 0);
      CREATE TABLE public.outsider (large int)
      """, database: scene.name)
    _ = refusal(scene, try scene.context { $0.copyWorkers = 1 })
    // The failed table was begun with; make it one that was not.
    try scene.target.execute(
      """
      UPDATE pgsyncd.tables SET state = 'pending' WHERE table_name = 'small';
      ALTER TABLE public.small DROP CONSTRAINT small_id_check;
      INSERT INTO public.small VALUES (1, 'mine');
      ALTER TABLE public.outsider ADD FOREIGN KEY (large) REFERENCES public.large
      """, database: scene.name)
    #expect(refusal(scene, try scene.context()).contains("public.small is not empty"))
    try scene.target.execute("DELETE FROM public.small", database: scene.name)
    #expect(refusal(scene, try scene.context()).contains("outsider"))
    #expect(try scene.onTarget("SELECT count(*) FROM public.large") == [["20000"]])
    try scene.target.execute("DROP TABLE public.outsider", database: scene.name)
    #expect(try scene.sync(scene.context()))
    #expect(try scene.differences() == [])
  }

  // MARK: Stopping

  @Test("stops soon while it waits for the source's transactions, and leaves nothing behind")
  func stopsAtTheSlot() throws {
    let scene = try scene()
    let busy = try scene.source.connect(database: scene.name)
    defer { busy.close() }
    try busy.execute("BEGIN; INSERT INTO public.small VALUES (50, 'open')")
    let context = try scene.context()
    let thread = try scene.syncInBackground(context)
    try scene.source.waitForSession(application: "pgsyncd \(scene.name) slot", where: "wait_event_type = 'Lock'")
    let start = ContinuousClock.now
    context.requestStop()
    #expect(try thread.join().get() == false)
    #expect(ContinuousClock.now - start < .seconds(3))
    #expect(try scene.phase == "set_up")
    #expect(try scene.slots == 0)
  }

  @Test("stops soon while it copies; the slot goes, and the next start copies anew")
  func stopsInTheCopy() throws {
    let scene = try scene()
    let blocker = try scene.target.connect(database: scene.name)
    defer { blocker.close() }
    try blocker.execute("BEGIN; LOCK TABLE public.large IN SHARE MODE")
    // One worker, so that it is the first one that waits, for the larger table.
    let context = try scene.context { $0.copyWorkers = 1 }
    let thread = try scene.syncInBackground(context)
    try scene.target.waitForSession(application: "pgsyncd \(scene.name) copy-0", where: "wait_event_type = 'Lock'")
    let start = ContinuousClock.now
    context.requestStop()
    #expect(try thread.join().get() == false)
    #expect(ContinuousClock.now - start < .seconds(3))
    #expect(try scene.slots == 0)
    #expect(try scene.phase == "copying")
    try blocker.execute("ROLLBACK")
    #expect(try scene.sync(scene.context()))
    #expect(try scene.differences() == [])
  }

  // MARK: Without a copy

  @Test("adopts a slot at its confirmed position, or creates one, and copies nothing")
  func noCopy() throws {
    let scene = try scene()
    try scene.target.execute("INSERT INTO public.small VALUES (1, 'mine')", database: scene.name)
    try scene.source.execute(
      "SELECT pg_create_logical_replication_slot('\(scene.name)', 'pgoutput')", database: scene.name)
    let position = try scene.onSource(
      "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '\(scene.name)'")
    #expect(try scene.sync(scene.context { $0.noCopy = true }))
    #expect(try scene.onTarget("SELECT applied_lsn FROM pgsyncd.progress") == position)
    #expect(try scene.states == ["streaming"])
    #expect(try scene.phase == "streaming")
    #expect(try scene.onTarget("SELECT * FROM public.small") == [["1", "mine"]])

    let other = try self.scene()
    #expect(try other.sync(other.context { $0.noCopy = true }))
    #expect(try other.slots == 1)
    #expect(try other.phase == "streaming")
    #expect(
      try other.onTarget("SELECT applied_lsn FROM pgsyncd.progress")
        == other.onSource("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '\(other.name)'"))
  }

  @Test("does not adopt a slot of another kind or database, nor after an interrupted copy")
  func noCopyRefuses() throws {
    let scene = try scene()
    let context = try scene.context { $0.noCopy = true }
    let drop = "SELECT pg_drop_replication_slot('\(scene.name)')"
    try scene.source.execute("SELECT pg_create_physical_replication_slot('\(scene.name)')")
    #expect(refusal(scene, context).contains("physical"))
    try scene.source.execute(drop)
    try scene.source.execute("SELECT pg_create_logical_replication_slot('\(scene.name)', 'pgoutput')")
    #expect(refusal(scene, context).contains("database postgres"))
    try scene.source.execute(drop)
    try scene.source.execute(
      "SELECT pg_create_logical_replication_slot('\(scene.name)', 'test_decoding')", database: scene.name)
    #expect(refusal(scene, context).contains("test_decoding"))
    try scene.source.execute(drop)
    try scene.target.execute("UPDATE pgsyncd.pipelines SET phase = 'copying'", database: scene.name)
    #expect(refusal(scene, context).contains("interrupted"))
    #expect(try scene.slots == 0)
  }
}
