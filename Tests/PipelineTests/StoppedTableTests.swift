import Foundation
import PostgresClusters
import Testing

/// What goes wrong around a table that is stopped, drains or is copied: each ends in a clear state, and nothing is lost.
@Suite("Around stopped tables")
struct StoppedTableTests {
  private static let schema = """
    CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, v text);
    CREATE TABLE others (id int PRIMARY KEY);
    """

  /// Stops `items` before a row with a new column, with some changes parked behind it.
  private static func stop(_ pair: PipelinePair) throws {
    try pair.source.execute("INSERT INTO items SELECT g, 0, 'x' FROM generate_series(1, 50) g")
    try pair.waitForCatchUp()
    try pair.source.execute("ALTER TABLE items ADD COLUMN extra int; INSERT INTO items VALUES (100, 1, 'parked', 1)")
    try pair.wait(for: "items", toBe: "stopped")
    try pair.source.execute("UPDATE items SET extra = id WHERE id < 20; DELETE FROM items WHERE id = 30")
    try pair.waitForCatchUp()
  }

  private static func expectEqual(_ pair: PipelinePair, _ service: Program) throws {
    try pair.wait(for: "items", toBe: "streaming")
    try pair.source.execute(
      "INSERT INTO items (id) SELECT max(id) + 1 FROM items; INSERT INTO others SELECT coalesce(max(id), 0) + 1 FROM others"
    )
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
  }

  @Test("target DDL while the parked changes are applied: the table stops there, and goes on when it is taken back")
  func targetDDL() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    try Self.stop(pair)
    let blocker = try pair.target.connect()
    defer { blocker.close() }
    try blocker.execute("ALTER TABLE items ADD COLUMN extra int")
    for (ddl, undo) in [
      (
        "ALTER TABLE items ALTER COLUMN v TYPE bytea USING v::bytea",
        "ALTER TABLE items ALTER COLUMN v TYPE text USING encode(v, 'escape')"
      ),
      ("ALTER TABLE items RENAME TO moved", "ALTER TABLE moved RENAME TO items"),
      (
        "ALTER TABLE items ADD COLUMN must int NOT NULL DEFAULT 1; ALTER TABLE items ALTER must DROP DEFAULT",
        "ALTER TABLE items DROP COLUMN must"
      ),
      ("ALTER TABLE items ADD CHECK (id < 100)", "ALTER TABLE items DROP CONSTRAINT items_id_check"),
    ] {
      try blocker.execute("BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE")
      #expect(try pair.run("resume", "--table", "items", "--no-wait").exitCode == 0)
      try pair.target.waitFor(
        "the parked changes wait for the table",
        trueOf: """
          SELECT EXISTS (SELECT FROM pg_stat_activity
            WHERE application_name IN ('pgsyncd pgsyncd apply', 'pgsyncd pgsyncd drain') AND wait_event_type = 'Lock')
          """)
      try blocker.execute("\(ddl); COMMIT")
      do { try pair.wait(for: "items", toBe: "stopped") } catch {
        throw ClusterError("\(ddl): \(error)\n\(service.log)")
      }
      let status = try pair.status(of: "items")
      #expect(["schema_mismatch", "apply_error"].contains(status["status"] as? String), "\(ddl): \(status)")
      #expect(status["error"] is String && status["parked_changes"] as? Int ?? 0 > 0, "\(ddl): \(status)")
      try pair.source.execute("INSERT INTO others SELECT coalesce(max(id), 0) + 1 FROM others")
      try pair.waitForCatchUp()
      #expect(try pair.differences("others") == [], "\(ddl)")
      try blocker.execute(undo)
    }
    // A lock alone is waited for.
    try blocker.execute("BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE")
    #expect(try pair.run("resume", "--table", "items", "--no-wait").exitCode == 0)
    try pair.target.waitForSession(application: "pgsyncd pgsyncd apply", where: "wait_event_type = 'Lock'")
    try blocker.execute("COMMIT")
    try Self.expectEqual(pair, service)
  }

  @Test("dropped on the source: what is parked is applied; with nothing parked resume and resync say that it is gone")
  func droppedOnSource() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    try Self.stop(pair)
    let rows = try pair.source.query("SELECT id, n, v, extra FROM items ORDER BY id")
    try pair.source.execute("DROP TABLE items")
    let resync = try pair.run("resync", "--table", "items")
    #expect(resync.exitCode == 1 && resync.log.contains("does not have public.items any more"), "\(resync)")
    #expect(try pair.run("resume", "--table", "items").exitCode == 2, "the column is still missing")
    try pair.target.execute("ALTER TABLE items ADD COLUMN extra int")
    #expect(try pair.run("resume", "--table", "items", "--wait").exitCode == 0, "\(service.log)")
    #expect(try pair.target.query("SELECT id, n, v, extra FROM items ORDER BY id") == rows)
    #expect(try pair.run("pause", "--table", "items").exitCode == 0)
    let resume = try pair.run("resume", "--table", "items")
    #expect(resume.exitCode == 1 && resume.log.contains("the source does not have it any more"), "\(resume)")
    #expect(try pair.status(of: "items")["status"] as? String == "paused")
    #expect(service.isRunning)
  }

  @Test(
    "dropped or renamed on the target while stopped: resume says so; created anew it is marked, and resync mends it")
  func droppedOnTarget() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    try Self.stop(pair)
    try pair.target.execute("ALTER TABLE items ADD COLUMN extra int; ALTER TABLE items RENAME TO moved")
    for command in ["resume", "resync"] {
      let blocked = try pair.run(command, "--table", "items")
      #expect(blocked.exitCode == 2 && blocked.output.contains("Target does not have this table"), "\(blocked)")
    }
    try pair.target.execute(
      "DROP TABLE moved; CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, v text, extra int)")
    #expect(try pair.run("resume", "--table", "items", "--wait").exitCode == 0, "\(service.log)")
    let status = try pair.status(of: "items")
    #expect(
      status["status"] as? String == "needs_repair" && status["reason"] as? String == "existing_rows", "\(status)")
    #expect(try pair.run("resync", "--table", "items", "--wait").exitCode == 0)
    #expect(try pair.status(of: "items")["status"] as? String == "ok")
    try Self.expectEqual(pair, service)
  }

  @Test("a parked shape that does not fit any more blocks the resume; resync leaves it behind")
  func shapeGone() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    try Self.stop(pair)
    // The parked rows have a value that this type cannot hold; the source's have none of it by now.
    try pair.source.execute("ALTER TABLE items DROP COLUMN v, ADD COLUMN w int; UPDATE items SET w = 1")
    try pair.waitForCatchUp()
    try pair.target.execute(
      "ALTER TABLE items ADD COLUMN extra int, ADD COLUMN w int, ALTER COLUMN v TYPE int USING NULL")
    let blocked = try pair.run("resume", "--table", "items")
    #expect(blocked.exitCode == 2 && blocked.output.contains("Type mismatch on public.items.v"), "\(blocked)")
    // A column that the source has dropped is the operator's to decide about.
    #expect(try pair.run("resync", "--table", "items").exitCode == 2)
    try pair.target.execute("ALTER TABLE items DROP COLUMN v")
    #expect(try pair.run("resync", "--table", "items", "--wait").exitCode == 0, "\(service.log)")
    try Self.expectEqual(pair, service)
  }

  @Test("requests for a table that is being copied: a second resync, pause, resume; and a second table waits its turn")
  func whileCopying() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(
      "INSERT INTO items SELECT g FROM generate_series(1, 500) g; INSERT INTO others SELECT generate_series(1, 9)")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.target.execute("DELETE FROM items WHERE id < 100; DELETE FROM others")
    let blocker = try pair.target.connect()
    defer { blocker.close() }
    try blocker.execute("BEGIN; LOCK TABLE items IN SHARE MODE")
    #expect(try pair.run("resync", "--table", "items", "--no-wait").exitCode == 0)
    try pair.target.waitForSession(application: "pgsyncd pgsyncd copy", where: "wait_event_type = 'Lock'")
    let again = try pair.run("resync", "--table", "items", "--table", "others", "--no-wait")
    #expect(again.exitCode == 0 && again.output.contains("is being copied already"), "\(again)")
    #expect(try pair.status(of: "items")["status"] as? String == "copying")
    #expect(try pair.run("pause", "--table", "items").exitCode == 1)
    let resume = try pair.run("resume", "--table", "items", "--no-wait")
    #expect(resume.exitCode == 0 && resume.output.contains("copying"), "\(resume)")
    try pair.source.execute("UPDATE items SET n = 1; DELETE FROM items WHERE id = 5")
    try pair.waitForCatchUp()
    #expect(try pair.status(of: "items")["parked_changes"] as? Int ?? 0 > 0)
    try blocker.execute("COMMIT")
    try pair.wait(for: "others", toBe: "streaming")
    try Self.expectEqual(pair, service)
  }

  @Test(
    "without the right to act as a replica a table that foreign keys refer to is not copied, and says what to grant")
  func ordinaryRole() throws {
    let pair = try PipelinePair(
      schema: """
        CREATE TABLE parents (id int PRIMARY KEY, v text);
        CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents ON DELETE CASCADE);
        """)
    try pair.source.execute("INSERT INTO parents VALUES (1, 'a'), (2, 'b'); INSERT INTO children VALUES (1, 1), (2, 2)")
    try pair.target.execute(
      """
      CREATE ROLE plain LOGIN; GRANT CREATE ON DATABASE postgres TO plain;
      ALTER TABLE parents OWNER TO plain; ALTER TABLE children OWNER TO plain
      """)
    let arguments = [
      "--source", pair.source.connectionString(), "--target", pair.target.connectionString(user: "plain"),
    ]
    let service = try Program(["sync"] + arguments)
    defer { service.end() }
    try pair.target.waitFor("the catalog is there", trueOf: "SELECT to_regclass('pgsyncd.progress') IS NOT NULL")
    try pair.target.waitFor("it streams", trueOf: "SELECT count(*) = 1 FROM pgsyncd.progress")
    let refused = try Program.run(["resync", "--table", "parents", "--wait"] + arguments)
    #expect(refused.exitCode == 2 && refused.output.contains("GRANT SET ON PARAMETER"), "\(refused)\n\(service.log)")
    #expect(try pair.target.query("SELECT count(*) FROM children") == [["2"]], "nothing was deleted")
    #expect(try Program.run(["resume", "--table", "parents", "--wait"] + arguments).exitCode == 0)
    try pair.target.execute("DELETE FROM children WHERE id = 2")
    #expect(try Program.run(["resync", "--table", "children", "--wait"] + arguments).exitCode == 0, "\(service.log)")
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [])
  }
}
