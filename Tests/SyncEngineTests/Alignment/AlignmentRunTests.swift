import LibPQ
import PostgresTypes
import SchemaDrift
import Testing

@testable import SyncEngine

/// What `schema sync --apply` does on real servers, and what it refuses to do.
@Suite("Aligning the target's tables")
struct AlignmentRunTests {
  /// The plans for all tables of a pipeline that was never set up.
  private static func plans(_ scene: ScratchPipeline, allowsDrop: Bool = false) throws -> [TableAlignment] {
    let target = try scene.target.connect()
    let tables = try scene.plan().tables.map { ($0.source, $0.target) }
    return try ComparedTable.tables(
      tables, policies: scene.options.policies, pipeline: scene.options.pipeline, on: target
    ).map { TableAlignment($0, allowsDrop: allowsDrop, target: target) }
  }

  private static func apply(_ plans: [TableAlignment], _ scene: ScratchPipeline) throws -> [AlignmentOutcome] {
    let (source, target) = (try scene.source.connect(), try scene.target.connect())
    let run = AlignmentRun(source: source, target: target, publication: scene.options.publication)
    return try plans.map { try run.apply($0) }
  }

  @Test("one run leaves nothing to do for the next, labels used by a default and new tables included")
  func aligns() throws {
    let scene = try ScratchPipeline()
    try scene.source.define(
      """
      CREATE TYPE mood AS ENUM ('sad', 'new', 'happy');
      CREATE TABLE users (id int PRIMARY KEY, name text DEFAULT 'x' NOT NULL, mood mood DEFAULT 'new', size bigint);
      CREATE TABLE fresh (id int PRIMARY KEY, note varchar(7) NOT NULL);
      """)
    try scene.target.define(
      """
      CREATE TYPE mood AS ENUM ('sad', 'happy');
      CREATE TABLE users (id int PRIMARY KEY, name text, mood mood, size int, own text);
      """)
    let plans = try Self.plans(scene)
    #expect(plans.first { $0.table.name.name == "users" }?.labels.count == 1)
    for outcome in try Self.apply(plans, scene) {
      guard case .applied = outcome else {
        Issue.record("\(outcome)")
        continue
      }
    }
    let left = try Self.plans(scene).flatMap { $0.labels + $0.statements + $0.later }.map(\.sql)
    #expect(left == [])
    #expect(
      try scene.target.values(
        "SELECT column_default FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'mood'")
        == ["'new'::public.mood"])
    #expect(
      try scene.target.values("SELECT count(*)::text FROM information_schema.columns WHERE column_name = 'own'") == [
        "1"
      ])
  }

  @Test("a column that is only on the target stays, and one that the source dropped goes only if it may")
  func drops() throws {
    let scene = try ScratchPipeline()
    try scene.define("CREATE TABLE users (id int PRIMARY KEY, gone text)")
    try scene.setUp()
    try scene.source.define("ALTER TABLE users DROP COLUMN gone")
    let withheld = try Self.plans(scene)
    #expect(withheld.map(\.isEmpty) == [true])
    #expect(withheld.first?.plan.withheld.count == 1)
    let plans = try Self.plans(scene, allowsDrop: true)
    #expect(plans.flatMap(\.statements).map(\.sql) == ["ALTER TABLE public.users DROP COLUMN gone;"])
    _ = try Self.apply(plans, scene)
    #expect(
      try scene.target.values("SELECT count(*)::text FROM information_schema.columns WHERE table_name = 'users'") == [
        "1"
      ])
  }

  @Test(
    "nothing is run when one side has changed since the plan was made",
    arguments: [
      (true, "ALTER TABLE users ADD COLUMN more text"), (false, "ALTER TABLE users ADD COLUMN other text"),
      (false, "ALTER TABLE users ADD COLUMN phone text"), (true, "ALTER TABLE users RENAME COLUMN phone TO mobile"),
      (true, "DROP TABLE users"), (false, "DROP TABLE users"),
    ])
  func moved(onSource: Bool, ddl: String) throws {
    let scene = try ScratchPipeline()
    try scene.define("CREATE TABLE users (id int PRIMARY KEY)")
    try scene.source.define("ALTER TABLE users ADD COLUMN phone text")
    let plans = try Self.plans(scene)
    try (onSource ? scene.source : scene.target).define(ddl)
    let before = try scene.target.values(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'users'")
    for outcome in try Self.apply(plans, scene) {
      switch outcome {
      case .moved: break
      // A table that is gone cannot even be locked.
      case .failed(let failure): #expect(failure.error.sqlState?.rawValue == "42P01")
      default: Issue.record("\(outcome)")
      }
    }
    #expect(
      try scene.target.values("SELECT column_name FROM information_schema.columns WHERE table_name = 'users'") == before
    )
  }

  @Test("a dependent view takes its own table back, is named, and leaves the others alone")
  func dependentView() throws {
    let scene = try ScratchPipeline()
    try scene.define(
      """
      CREATE TABLE a (id int PRIMARY KEY, size int);
      CREATE TABLE b (id int PRIMARY KEY, size int);
      """)
    try scene.target.define("CREATE VIEW sizes_of_a AS SELECT size FROM a")
    try scene.source.define(
      """
      ALTER TABLE a ADD COLUMN note text;
      ALTER TABLE a ALTER size TYPE bigint;
      ALTER TABLE b ALTER size TYPE bigint;
      """)
    let outcomes = try Self.apply(Self.plans(scene), scene)
    guard case .failed(let failure) = outcomes[0], case .applied = outcomes[1] else {
      Issue.record("\(outcomes)")
      return
    }
    #expect(failure.lines.contains { $0.contains("view public.sizes_of_a") }, "\(failure.lines)")
    #expect(failure.statement == "ALTER TABLE public.a ALTER COLUMN size TYPE bigint;")
    #expect(
      try scene.target.values("SELECT count(*)::text FROM information_schema.columns WHERE column_name = 'note'") == [
        "0"
      ])
  }

  @Test("a table that somebody holds is given up after a while, and the holder is named")
  func lockTimeout() throws {
    let scene = try ScratchPipeline()
    try scene.define("CREATE TABLE users (id int PRIMARY KEY)")
    try scene.source.define("ALTER TABLE users ADD COLUMN phone text")
    let plans = try Self.plans(scene)
    let holder = try scene.target.connect()
    try holder.execute("BEGIN; LOCK TABLE public.users IN SHARE MODE")
    defer { holder.close() }
    let outcomes = try Self.apply(plans, scene)
    guard case .failed(let failure) = outcomes[0] else {
      Issue.record("\(outcomes)")
      return
    }
    #expect(failure.error.sqlState == .lockNotAvailable)
    #expect(failure.lines.contains { $0.hasPrefix("held by process \(holder.backendPID) ") }, "\(failure.lines)")
  }
}

extension ScratchDatabase {
  /// Runs statements that name tables of schema `public` without it, as their authors do.
  fileprivate func define(_ sql: String) throws { try run("SET search_path = public; " + sql) }
}

extension ScratchPipeline {
  fileprivate func define(_ sql: String) throws {
    try source.define(sql)
    try target.define(sql)
  }
}
