import LibPQ
import PostgresTypes
import SchemaDrift
import Testing

@testable import SyncEngine

@Suite("Setting a pipeline up")
struct PipelineSetupTests {
  private let shop = """
    CREATE SCHEMA shop;
    CREATE TABLE shop.customers (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE shop.orders (id int PRIMARY KEY, customer int REFERENCES shop.customers, total numeric(10,2));
    CREATE TABLE public."we""ird; DROP" (id int PRIMARY KEY, "a b" text);
    """

  @Test("creates the catalog and the publication and stores the tables", arguments: ScratchDatabase.versions)
  func everything(version: Int) throws {
    var pipeline = try ScratchPipeline(version)
    pipeline.options.publication = "pub \"lication"
    try pipeline.onBoth(shop)
    let plan = try pipeline.setUp()
    #expect(plan.outcome == .ready && plan.createsCatalog && !plan.isUnderWay && plan.actsAsReplica)
    #expect(
      plan.tables.map(\.source.name.sql) == ["public.\"we\"\"ird; DROP\"", "shop.customers", "shop.orders"])
    let record = try #require(try pipeline.record())
    #expect(record.phase == .setUp && record.publication == "pub \"lication")
    #expect(record.includeTables == ["*.*"] && record.excludeTables == [])
    #expect(record.sourceDatabase == pipeline.source.name && record.sourceTimeline == 1)
    let tables = try pipeline.tables()
    #expect(tables.map(\.name) == plan.tables.map(\.source.name))
    #expect(tables.allSatisfy { $0.state == .pending })
    for (table, planned) in zip(tables, plan.tables) {
      #expect(table.sourceSchema == planned.source)
      #expect(table.sourceFingerprint == SchemaFingerprint(of: planned.source))
      #expect(table.targetFingerprint == SchemaFingerprint(of: try #require(planned.target)))
    }
    let published = try TableIntrospector(pipeline.source.connect()).publishedTables("pub \"lication")
    #expect(published.map(\.name) == plan.tables.map(\.source.name))
    #expect(try pipeline.source.values("SELECT pubviaroot::text FROM pg_publication") == ["true"])
    // An idle slot would retain log, so setup creates none.
    #expect(
      try pipeline.source.values(
        "SELECT slot_name FROM pg_replication_slots WHERE slot_name LIKE 'setup_test_%'"
          + " AND database = current_database()") == [])
  }

  @Test("can be done again, and takes up what has changed before the start")
  func idempotence() throws {
    let pipeline = try ScratchPipeline()
    try pipeline.onBoth(shop)
    try pipeline.setUp()
    let first = try pipeline.tables().map(\.sourceFingerprint)
    let again = try pipeline.setUp()
    #expect(!again.isUnderWay && again.publication == .use("pub") && !again.createsCatalog)
    #expect(try pipeline.tables().map(\.sourceFingerprint) == first)
    try pipeline.onBoth("ALTER TABLE shop.orders ADD COLUMN note text")
    try pipeline.setUp()
    let changed = try pipeline.tables()
    #expect(changed.count == 3 && changed.map(\.sourceFingerprint) != first)
    #expect(changed.last?.sourceSchema.column(named: "note") != nil)
  }

  @Test("planning alone writes nothing on either side")
  func dryRun() throws {
    let pipeline = try ScratchPipeline()
    try pipeline.onBoth(shop)
    let plan = try pipeline.plan()
    #expect(plan.outcome == .ready)
    guard case .create("pub", let statement)? = plan.publication else { throw Unexpected() }
    #expect(statement.contains("ONLY shop.orders"))
    #expect(try pipeline.record() == nil)
    #expect(try pipeline.source.values("SELECT pubname FROM pg_publication") == [])
    #expect(try pipeline.target.values("SELECT nspname FROM pg_namespace WHERE nspname = 'pgsyncd'") == [])
  }

  @Test("a blocked table blocks it all: nothing is stored or created")
  func blocked() throws {
    let pipeline = try ScratchPipeline()
    try pipeline.onBoth(shop)
    try pipeline.source.run("ALTER TABLE shop.customers ADD COLUMN phone text")
    try pipeline.target.run("DROP TABLE shop.orders")
    do {
      try pipeline.setUp()
      Issue.record("a blocked setup must not be carried out")
    } catch {
      guard case SetupError.blocked(let plan) = error else { throw error }
      #expect((error as? SetupError)?.kind == .blocked)
      #expect(plan.blockedTables.map(\.source.name.name) == ["customers", "orders"])
      #expect(plan.blockedTables.map(\.verdict.reason) == [.sourceAddedColumn, .tableMissing])
    }
    #expect(try pipeline.record() == nil)
    #expect(try pipeline.source.values("SELECT pubname FROM pg_publication") == [])
    #expect(try pipeline.target.values("SELECT nspname FROM pg_namespace WHERE nspname = 'pgsyncd'") == [])
  }

  @Test("if the publication cannot be created, the target keeps nothing either")
  func publicationFails() throws {
    let pipeline = try ScratchPipeline()
    try pipeline.onBoth(shop)
    let setup = try PipelineSetup.connecting(pipeline.options)
    defer { setup.close() }
    let plan = try setup.plan()
    try pipeline.source.run("DROP TABLE shop.orders")
    #expect(throws: SetupError.self) { try setup.carryOut(plan) }
    #expect(try pipeline.record() == nil)
    #expect(try pipeline.target.values("SELECT nspname FROM pg_namespace WHERE nspname = 'pgsyncd'") == [])
  }

  @Test("patterns choose, and one that matches nothing is a usage error with the nearest name")
  func patterns() throws {
    var pipeline = try ScratchPipeline()
    try pipeline.onBoth(shop)
    pipeline.options.tables = try TablePatterns(include: ["shop.*"], exclude: ["shop.customers"])
    #expect(try pipeline.plan().tables.map(\.source.name.name) == ["orders"])
    pipeline.options.tables = try TablePatterns(include: ["shop.order"])
    let plan = try pipeline.plan()
    #expect(plan.outcome == .usage)
    #expect(plan.problems.contains { $0.what.contains("shop.orders") })
  }

  @Test("another choice of tables before the start is taken up, after it refused")
  func changedChoice() throws {
    var pipeline = try ScratchPipeline()
    try pipeline.onBoth(shop)
    pipeline.options.tables = try TablePatterns(include: ["shop.*"])
    try pipeline.setUp()
    // What is stored counts if nothing is said.
    pipeline.options.tables = nil
    try pipeline.setUp()
    #expect(try pipeline.record()?.includeTables == ["shop.*"])
    #expect(try pipeline.tables().count == 2)
    pipeline.options.tables = try TablePatterns(include: ["shop.orders"])
    try pipeline.setUp()
    #expect(try pipeline.record()?.includeTables == ["shop.orders"])
    #expect(try pipeline.tables().count == 1)
    try PipelineCatalog(pipeline.target.connect(), pipeline: pipeline.options.pipeline).setPhase(.streaming)
    #expect(try pipeline.plan().isUnderWay)
    pipeline.options.tables = try TablePatterns(include: ["shop.*"])
    pipeline.options.slot = "other_slot"
    let plan = try pipeline.plan()
    #expect(plan.outcome == .usage)
    #expect(plan.problems.filter { $0.kind == .usage }.count == 2)
    #expect(plan.problems.contains { $0.description.contains("pgsyncd setup") })
  }

  @Test("a pipeline that is under way is compared with what was accepted last, and left as it is")
  func underWay() throws {
    let pipeline = try ScratchPipeline()
    try pipeline.onBoth(shop)
    try pipeline.setUp()
    try PipelineCatalog(pipeline.target.connect(), pipeline: pipeline.options.pipeline).setPhase(.streaming)
    #expect(try pipeline.setUp().outcome == .ready)
    try pipeline.source.run("ALTER TABLE shop.customers RENAME COLUMN name TO full_name")
    let plan = try pipeline.plan()
    #expect(plan.isUnderWay && plan.outcome == .blocked)
    #expect(plan.blockedTables.map(\.verdict.reason) == [.sourceRenamedColumn])
    #expect(try pipeline.tables().allSatisfy { $0.sourceSchema.column(named: "full_name") == nil })
  }

  @Test("an existing publication is used as it is, with its column lists and row filters")
  func existingPublication() throws {
    var pipeline = try ScratchPipeline()
    try pipeline.onBoth(shop)
    try pipeline.source.run("ALTER TABLE shop.customers ADD COLUMN secret text")
    try pipeline.source.run(
      "CREATE PUBLICATION pub FOR TABLE shop.customers (id, name) WHERE (id > 5), shop.orders WITH (publish = 'insert, update')"
    )
    let plan = try pipeline.setUp()
    #expect(plan.publication == .use("pub"))
    #expect(plan.tables.map(\.source.name.name) == ["customers", "orders"])
    #expect(plan.tables[0].source.publishedColumns == ["id", "name"] && plan.tables[0].source.rowFilter == "(id > 5)")
    #expect(
      plan.problems.contains { $0.kind == .warning && $0.what.contains("DELETE, TRUNCATE") && !$0.fix.isEmpty })
    #expect(try pipeline.tables()[0].sourceSchema.rowFilter == "(id > 5)")
    // Tables that were asked for and that it lacks are an error with the statement that adds them.
    pipeline.options.tables = try TablePatterns(include: ["*.*"])
    let lacking = try pipeline.plan()
    #expect(lacking.outcome == .failure)
    let problem = try #require(lacking.problems.first)
    #expect(problem.fix == ["ALTER PUBLICATION pub ADD TABLE ONLY public.\"we\"\"ird; DROP\";"])
    try pipeline.source.run(problem.fix[0])
    #expect(try pipeline.plan().outcome == .ready)
  }

  @Test("a publication FOR ALL TABLES is fine; pgsyncd's own tables are not replicated")
  func allTables() throws {
    let pipeline = try ScratchPipeline()
    try pipeline.onBoth(shop)
    try pipeline.source.run("CREATE PUBLICATION pub FOR ALL TABLES")
    try PipelineCatalog(pipeline.source.connect(), pipeline: "other").migrate()
    #expect(try pipeline.plan().tables.count == 3)
  }

  @Test("partitions are represented by their root", arguments: ScratchDatabase.versions)
  func partitions(version: Int) throws {
    let pipeline = try ScratchPipeline(version)
    try pipeline.source.run(
      """
      CREATE TABLE public.p (id int PRIMARY KEY, b text) PARTITION BY RANGE (id);
      CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10);
      CREATE TABLE public.parent (id int PRIMARY KEY);
      CREATE TABLE public.child (PRIMARY KEY (id)) INHERITS (public.parent);
      """)
    try pipeline.target.run(
      """
      CREATE TABLE public.p (id int PRIMARY KEY, b text);
      CREATE TABLE public.parent (id int PRIMARY KEY);
      CREATE TABLE public.child (id int PRIMARY KEY);
      """)
    let plan = try pipeline.setUp()
    #expect(plan.tables.map(\.source.name.name) == ["child", "p", "parent"])
    let published = try TableIntrospector(pipeline.source.connect()).publishedTables("pub")
    #expect(published.map(\.name.name) == ["child", "p", "parent"])
  }

  @Test("a thousand tables are set up by as many statements as one")
  func manyTables() throws {
    let pipeline = try ScratchPipeline()
    try pipeline.onBoth("CREATE TABLE public.first (id int PRIMARY KEY, a text)")
    func statements() throws -> Int {
      let setup = try PipelineSetup.connecting(pipeline.options)
      defer { setup.close() }
      let told = StatementCount()
      told.watch(setup.source)
      told.watch(setup.target)
      let plan = try setup.plan()
      #expect(plan.outcome == .ready)
      return told.count
    }
    let forOne = try statements()
    try pipeline.onBoth(
      """
      DO $$ BEGIN FOR i IN 1..999 LOOP
        EXECUTE format('CREATE TABLE public.t%s (id int PRIMARY KEY, a text)', i);
      END LOOP; END $$
      """)
    #expect(try statements() == forOne)
    try pipeline.setUp()
    #expect(try pipeline.tables().count == 1000)
  }
}

private struct Unexpected: Error {}
