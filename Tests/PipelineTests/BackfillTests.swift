import Foundation
import PostgresClusters
import Testing

/// What the stream never carried is read again, under traffic, and both sides are equal afterwards.
@Suite("Reading columns again")
struct BackfillTests {
  private static let schema = """
    CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL, v text);
    CREATE TABLE others (id int PRIMARY KEY, v text);
    """
  /// Every twentieth row has a value that is stored out of line.
  private static let rows = """
    INSERT INTO items
    SELECT g, 0, CASE WHEN g % 20 = 0 THEN (SELECT string_agg(md5(g || ' ' || h), '') FROM generate_series(1, 150) h) END
    FROM generate_series(1, 1000) g
    """

  /// Updates, inserts, deletes and changes of keys, with TOASTed values that do not change.
  private static func traffic(_ pair: PipelinePair, from start: Int) -> Writers {
    Writers(on: pair.source) { round in
      """
      BEGIN;
      UPDATE items SET n = n + 1 WHERE id % 89 = \(round % 89);
      INSERT INTO items (id, n, v) VALUES (\(start + round), \(round), 'new');
      \(round.isMultiple(of: 3) ? "DELETE FROM items WHERE id = \(start + round - 2);" : "")
      \(round.isMultiple(of: 4) ? "UPDATE items SET id = -id WHERE abs(id) = \(round % 1000);" : "")
      INSERT INTO others VALUES (\(start + round), 'y');
      COMMIT; SELECT pg_sleep(0.01)
      """
    }
  }

  @Test(
    "a volatile default, a type change with USING, a replaced column, an identity: equal after --backfill, under traffic",
    arguments: [
      ("ADD COLUMN extra text DEFAULT md5(random()::text)", "ADD COLUMN extra text", "source_added_column"),
      ("ALTER COLUMN n TYPE bigint USING n::bigint * 10 + 7", "ALTER COLUMN n TYPE bigint", "unsafe_cast"),
      (
        "DROP COLUMN v, ADD COLUMN v text DEFAULT md5(random()::text), ADD COLUMN mark int",
        "ADD COLUMN mark int", "source_added_column"
      ),
      (
        "ADD COLUMN k int GENERATED ALWAYS AS IDENTITY", "ADD COLUMN k int GENERATED ALWAYS AS IDENTITY",
        "source_added_column"
      ),
    ])
  func stopped(change: String, fix: String, reason: String) throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(Self.rows)
    let service = try pair.startStreaming()
    defer { service.end() }
    let before = Self.traffic(pair, from: 100_000)
    defer { before.stop() }
    try pair.source.execute("ALTER TABLE items \(change)")
    try pair.wait(for: "items", toBe: "stopped")
    #expect(before.stop() == nil)
    let traffic = Self.traffic(pair, from: 1_000_000)
    defer { traffic.stop() }
    try pair.target.execute("ALTER TABLE items \(fix)")
    let resumed = try pair.run("resume", "--table", "items", "--backfill", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)\n\(service.log)")
    #expect(traffic.stop() == nil)
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
    let status = try pair.status(of: "items")
    #expect(status["status"] as? String == "ok", "\(status)")
    #expect(try pair.source.query("SELECT count(*) FROM pg_replication_slots") == [["1"]])
  }

  @Test("a table that streams and needs it is read again later; killed in between it is read again at the next start")
  func streaming() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(Self.rows)
    var service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      "ALTER TABLE items ADD COLUMN extra text DEFAULT md5(random()::text); UPDATE items SET n = 1 WHERE id = 1")
    try pair.wait(for: "items", toBe: "stopped")
    try pair.target.execute("ALTER TABLE items ADD COLUMN extra text")
    #expect(try pair.run("resume", "--table", "items", "--wait").exitCode == 0)
    let status = try pair.status(of: "items")
    #expect(
      status["status"] as? String == "needs_repair" && status["reason"] as? String == "source_rewritten", "\(status)")
    #expect(try pair.differences("items") != [])
    let traffic = Self.traffic(pair, from: 100_000)
    defer { traffic.stop() }
    // Held where the values are written: first at the snapshot, which waits for a transaction that writes.
    let writer = try pair.source.connect()
    try writer.execute("BEGIN; INSERT INTO others VALUES (-1, 'open')")
    #expect(try pair.run("resume", "--table", "items", "--backfill", "--no-wait").exitCode == 0)
    try pair.source.waitForSession(
      application: "pgsyncd pgsyncd snapshot", where: "state = 'active' AND wait_event_type = 'Lock'")
    let blocker = try pair.target.connect()
    defer { blocker.close() }
    try blocker.execute("BEGIN; LOCK TABLE items IN SHARE MODE")
    try writer.execute("COMMIT")
    writer.close()
    try pair.target.waitForSession(application: "pgsyncd pgsyncd copy", where: "wait_event_type = 'Lock'")
    try service.kill()
    try blocker.execute("COMMIT")
    service = try pair.startStreaming()
    try pair.wait(for: "items", toBe: "streaming")
    #expect(traffic.stop() == nil)
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
    #expect(try pair.status(of: "items")["status"] as? String == "ok")
    // Nothing is known to differ any more.
    let again = try pair.run("resume", "--table", "items", "--backfill")
    #expect(again.exitCode == 0 && again.output.contains("no column"), "\(again)")
  }

  @Test("without a key the rows cannot be told apart: the table stops and says to copy it anew, which works")
  func keyless() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE bare (a int); ALTER TABLE bare REPLICA IDENTITY FULL")
    try pair.source.execute("INSERT INTO bare SELECT generate_series(1, 10)")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute("ALTER TABLE bare ADD COLUMN b float8 DEFAULT random(); INSERT INTO bare VALUES (11)")
    try pair.wait(for: "bare", toBe: "stopped")
    try pair.target.execute("ALTER TABLE bare ADD COLUMN b float8")
    let resumed = try pair.run("resume", "--table", "bare", "--backfill", "--wait")
    #expect(resumed.exitCode == 2 && resumed.output.contains("pgsyncd resync --table public.bare"), "\(resumed)")
    #expect(try pair.run("resync", "--table", "bare", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
  }
}
