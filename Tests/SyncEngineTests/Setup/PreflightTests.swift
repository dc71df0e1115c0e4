import LibPQ
import PostgresClusters
import PostgresTypes
import Testing

@testable import SyncEngine

@Suite("What setup finds before it writes")
struct PreflightTests {
  private let table = "CREATE TABLE public.t (id int PRIMARY KEY, a text);"

  private func problem(_ plan: SetupPlan, _ text: String) throws -> SetupProblem {
    try #require(plan.problems.first { $0.description.contains(text) }, "\(plan.problems)")
  }

  @Test("the same database on both sides is a usage error")
  func sameDatabase() throws {
    var pipeline = try ScratchPipeline()
    try pipeline.source.run(table)
    pipeline.options.target = pipeline.options.source
    let plan = try pipeline.plan()
    #expect(plan.outcome == .usage)
    #expect(try problem(plan, "same database").kind == .usage)
  }

  @Test("both servers that cannot be reached are named, without the password")
  func unreachable() throws {
    var pipeline = try ScratchPipeline()
    pipeline.options.source = try ConnectionSettings("host=/nonexistent port=1 dbname=a password=s3cret")
    pipeline.options.target = try ConnectionSettings("host=/nonexistent port=2 dbname=b password=s3cret")
    do {
      _ = try PipelineSetup.connecting(pipeline.options)
      Issue.record("there is no server")
    } catch {
      guard case .refused(let problems) = error else { throw error }
      #expect(problems.map(\.place) == [.source, .target])
      #expect(problems.allSatisfy { $0.kind == .failure && $0.what.contains("/nonexistent") })
      #expect(!error.description.contains("s3cret"))
    }
  }

  @Test("every missing privilege is told at once, and the statements that are printed are enough")
  func privileges() throws {
    var pipeline = try ScratchPipeline()
    let hostile = "CREATE SCHEMA \"s \"\"x\"; CREATE TABLE \"s \"\"x\".\"t'\" (id int PRIMARY KEY, a text);"
    try pipeline.onBoth(table + hostile)
    let reader = try pipeline.role()
    let writer = try pipeline.role()
    pipeline.options.source = try pipeline.source.settings(user: reader)
    pipeline.options.target = try pipeline.target.settings(user: writer)
    let plan = try pipeline.plan()
    #expect(plan.outcome == .failure)
    #expect(try problem(plan, "lacks REPLICATION").fix == ["ALTER ROLE \(reader) REPLICATION;"])
    #expect(
      try problem(plan, "lacks SELECT").fix == [
        "GRANT USAGE ON SCHEMA \"s \"\"x\" TO \(reader);",
        "GRANT SELECT ON TABLE public.t, \"s \"\"x\".\"t'\" TO \(reader);",
      ])
    #expect(
      try problem(plan, "may not create the publication").fix == [
        "CREATE PUBLICATION pub FOR TABLE ONLY public.t, ONLY \"s \"\"x\".\"t'\" "
          + "WITH (publish_via_partition_root = true);"
      ])
    #expect(
      try problem(plan, "lacks SELECT, INSERT").fix == [
        "GRANT USAGE ON SCHEMA \"s \"\"x\" TO \(writer);",
        "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLE public.t, \"s \"\"x\".\"t'\" TO \(writer);",
      ])
    #expect(
      try problem(plan, "lacks CREATE").fix == ["GRANT CREATE ON DATABASE \(pipeline.target.name) TO \(writer);"])
    for problem in plan.problems where problem.isFatal {
      for statement in problem.fix { try (problem.place == .source ? pipeline.source : pipeline.target).run(statement) }
    }
    let again = try pipeline.plan()
    #expect(again.problems.filter(\.isFatal).map(\.description) == [])
    try pipeline.setUp()
    #expect(try pipeline.tables().count == 2)
  }

  @Test("the columns of a column list are enough to read")
  func columnPrivileges() throws {
    var pipeline = try ScratchPipeline()
    try pipeline.onBoth(table)
    let reader = try pipeline.role("REPLICATION")
    try pipeline.source.run(
      """
      ALTER TABLE public.t ADD COLUMN secret text;
      CREATE PUBLICATION pub FOR TABLE public.t (id, a);
      GRANT SELECT (id, a) ON public.t TO \(reader);
      """)
    pipeline.options.source = try pipeline.source.settings(user: reader)
    #expect(try pipeline.plan().outcome == .ready)
    try pipeline.source.run("REVOKE SELECT (a) ON public.t FROM \(reader)")
    #expect(try pipeline.plan().outcome == .failure)
  }

  @Test("a role that may not use an existing catalog is told the grants")
  func catalogPrivileges() throws {
    var pipeline = try ScratchPipeline()
    try pipeline.onBoth(table)
    try pipeline.setUp()
    let writer = try pipeline.role()
    try pipeline.target.run("GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON public.t TO \(writer)")
    pipeline.options.target = try pipeline.target.settings(user: writer)
    let problem = try problem(try pipeline.plan(), "may not use the catalog")
    #expect(problem.kind == .failure)
    for statement in problem.fix { try pipeline.target.run(statement) }
    try pipeline.setUp()
  }

  @Test("triggers and foreign keys that will act are named, unless the role may switch them off")
  func actors() throws {
    var pipeline = try ScratchPipeline()
    try pipeline.source.run(table + "CREATE TABLE public.u (id int PRIMARY KEY, t int);")
    try pipeline.target.run(
      table
        + """
        CREATE TABLE public.u (id int PRIMARY KEY, t int CONSTRAINT "f k" REFERENCES public.t);
        CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER plain BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f();
        CREATE TRIGGER always BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f();
        ALTER TABLE public.t ENABLE ALWAYS TRIGGER always;
        """)
    let writer = try pipeline.role()
    try pipeline.target.run(
      """
      GRANT CREATE ON DATABASE \(pipeline.target.name) TO \(writer);
      GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON public.t, public.u TO \(writer);
      """)
    pipeline.options.target = try pipeline.target.settings(user: writer)
    var plan = try pipeline.plan()
    #expect(plan.outcome == .ready && !plan.actsAsReplica)
    let acting = try problem(plan, "will act on replicated rows")
    #expect(acting.kind == .warning)
    #expect(
      acting.what.contains("trigger plain on public.t") && acting.what.contains("foreign key \"f k\" of public.u"))
    #expect(try problem(plan, "fire for every replicated row").what.contains("always on public.t"))
    for statement in acting.fix { try pipeline.target.run(statement) }
    plan = try pipeline.plan()
    #expect(plan.actsAsReplica)
    #expect(!plan.problems.contains { $0.what.contains("will act on replicated rows") })
  }

  @Test("row security that applies to a role is refused on either side")
  func rowSecurity() throws {
    var pipeline = try ScratchPipeline()
    try pipeline.onBoth(table + "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;")
    let role = try pipeline.role("REPLICATION")
    try pipeline.onBoth(
      """
      GRANT CREATE ON DATABASE \(pipeline.target.name) TO \(role);
      GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON public.t TO \(role);
      """)
    try pipeline.source.run("CREATE PUBLICATION pub FOR TABLE public.t")
    pipeline.options.source = try pipeline.source.settings(user: role)
    pipeline.options.target = try pipeline.target.settings(user: role)
    let plan = try pipeline.plan()
    let problems = plan.problems.filter { $0.what.contains("Row security") }
    #expect(problems.map(\.kind) == [.failure, .failure] && Set(problems.map(\.place)) == [.source, .target])
    for statement in problems.flatMap(\.fix) { try pipeline.source.run(statement) }
    #expect(try pipeline.plan().outcome == .ready)
  }

  @Test("tables without a replica identity are named, with the statement that gives them one")
  func identities() throws {
    let pipeline = try ScratchPipeline()
    try pipeline.onBoth("CREATE TABLE public.bare (a int); CREATE TABLE public.keyed (id int PRIMARY KEY);")
    let plan = try pipeline.plan()
    #expect(plan.outcome == .ready)
    let warning = try problem(plan, "No replica identity")
    #expect(warning.kind == .warning && warning.fix == ["ALTER TABLE public.bare REPLICA IDENTITY FULL;"])
    try pipeline.source.run(warning.fix[0])
    #expect(!(try pipeline.plan()).problems.contains { $0.what.contains("No replica identity") })
  }

  @Test("what is not replicated is said")
  func leftOut() throws {
    let pipeline = try ScratchPipeline()
    try pipeline.onBoth(table)
    try pipeline.source.run(
      """
      CREATE UNLOGGED TABLE public.scratch (id int);
      CREATE MATERIALIZED VIEW public.summary AS SELECT 1;
      CREATE SEQUENCE public.numbers;
      SELECT lo_create(0);
      """)
    let notes = try pipeline.plan().problems.filter { $0.kind == .note }.map(\.what)
    #expect(notes.contains { $0.contains("public.scratch") })
    #expect(notes.contains { $0.contains("public.summary") })
    #expect(notes.contains { $0.contains("1 sequences") })
    #expect(notes.contains { $0.contains("1 large objects") })
    #expect(try pipeline.plan().outcome == .ready)
  }

  @Test("a source without tables has nothing to replicate")
  func noTables() throws {
    #expect(try problem(try ScratchPipeline().plan(), "no table to replicate").kind == .failure)
  }

  @Test("wal_level and the room for slots and walsenders are looked at")
  func serverSettings() throws {
    let cluster = try ThrowawayCluster(ClusterOptions(settings: ["wal_level": "replica"]))
    let pipeline = try ScratchPipeline(sourceCluster: cluster)
    try pipeline.onBoth(table)
    var plan = try pipeline.plan()
    let level = try problem(plan, "wal_level = replica")
    #expect(level.kind == .failure && level.fix == ["ALTER SYSTEM SET wal_level = 'logical';"])
    try cluster.configure(["wal_level": "logical", "max_replication_slots": "1", "max_wal_senders": "1"])
    try cluster.restart()
    #expect(try pipeline.plan().outcome == .ready)
    try pipeline.source.run("SELECT pg_create_physical_replication_slot('taken')")
    plan = try pipeline.plan()
    #expect(plan.outcome == .failure)
    #expect(try problem(plan, "replication slots of the source are in use").fix.count == 1)
    let sender = try ReplicationConnection(pipeline.options.source, applicationName: "test")
    plan = try pipeline.plan()
    #expect(try problem(plan, "All 1 walsenders").kind == .failure)
    sender.close()
  }

  @Test("a cluster that is too old is refused, one that is too new is warned of")
  func versions() throws {
    let facts = try ServerFacts(ScratchDatabase().connect())
    var old = facts
    old.version = 130_012
    var new = facts
    new.version = 190_001
    new.databaseOID = OID(rawValue: 1)
    let problems = ServerPreflight(source: old, target: new, hasSlot: false).problems
    #expect(problems.map(\.kind) == [.failure, .warning])
    #expect(problems[0].what.contains("PostgreSQL 13") && problems[0].why.contains("14 to 18"))
  }

  @Test("another source than the stored one is refused")
  func otherSource() throws {
    var pipeline = try ScratchPipeline()
    try pipeline.onBoth(table)
    try pipeline.setUp()
    let other = try ScratchDatabase()
    try other.run(table)
    pipeline.options.source = try other.settings()
    #expect(try problem(try pipeline.plan(), "follows the database").kind == .failure)
  }
}
