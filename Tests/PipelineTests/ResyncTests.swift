import Foundation
import PostgresClusters
import Testing

/// A table is copied anew while the others stream: both sides are equal afterwards, whatever was wrong before and
/// whatever happens meanwhile.
@Suite("Copying a table anew")
struct ResyncTests {
  private static let schema = """
    CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL, v text);
    CREATE TABLE others (id int PRIMARY KEY, v text);
    """
  private static let rows = "INSERT INTO items SELECT g, 0, repeat('x', 200) FROM generate_series(1, 3000) g"

  /// Inserts, updates, deletes and key changes, all over the table, and one row of another table in each transaction.
  private static func traffic(_ pair: PipelinePair, columns: String = "n = n + 1") -> Writers {
    Writers(on: pair.source) { round in
      """
      BEGIN;
      UPDATE items SET \(columns) WHERE id % 97 = \(round % 97);
      INSERT INTO items (id, n, v) VALUES (\(100_000 + round), \(round), 'new');
      \(round.isMultiple(of: 3) ? "DELETE FROM items WHERE id = \(100_000 + round - 2);" : "")
      \(round.isMultiple(of: 5) ? "UPDATE items SET id = -id WHERE id = \(100_000 + round - 1);" : "")
      INSERT INTO others VALUES (\(round), 'y');
      COMMIT
      """
    }
  }

  private static func wait(_ pair: PipelinePair, for table: String, in state: String = "streaming") throws {
    try pair.wait(for: table, toBe: state)
    try pair.waitForCatchUp()
  }

  @Test(
    "a streaming table with wrong rows is right again, under traffic; readers never see it empty; others stream on",
    .disabled("did not end within its 60 seconds beside the other suites; the cause is not known yet"))
  func streaming() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(Self.rows)
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.target.execute(
      """
      DELETE FROM items WHERE id % 2 = 0; UPDATE items SET v = 'wrong' WHERE id % 3 = 0;
      INSERT INTO items VALUES (-5, 5, 'not on the source')
      """)
    let traffic = Self.traffic(pair)
    defer { traffic.stop() }
    let reader = Writers(on: pair.target) { _ in "SELECT 1 / count(*) FROM (SELECT FROM items LIMIT 1) AS first" }
    defer { reader.stop() }
    for _ in 1...3 {
      let resync = try pair.run("resync", "--table", "items", "--wait")
      #expect(resync.exitCode == 0, "\(resync)\n\(service.log)")
    }
    #expect(reader.stop() == nil)
    #expect(traffic.stop() == nil)
    try Self.wait(pair, for: "items")
    #expect(try pair.differences() == [], "\(service.log)")
    let status = try pair.status(of: "items")
    #expect(status["status"] as? String == "ok", "\(status)")
    #expect(status["parked_changes"] as? Int == 0)
    #expect(
      try pair.source.query("SELECT count(*) FROM pg_replication_slots") == [["1"]], "the slot of the copy is gone")
    #expect(service.isRunning)
  }

  @Test(
    "a table that was created anew on the source, stopped or not noticed yet, and a table with missing rows",
    .disabled(
      "the watch takes the table's new identity over first, and a resync that was asked for by the old one fails"))
  func recreated() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(Self.rows)
    let service = try pair.startStreaming()
    defer { service.end() }
    let create = "DROP TABLE items; CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL, v text);"
    try pair.source.execute(
      "\(create) ALTER PUBLICATION pgsyncd ADD TABLE items; INSERT INTO items VALUES (1, 1, 'of the new one')")
    try pair.wait(for: "items", toBe: "stopped")
    #expect(try pair.status(of: "items")["reason"] as? String == "table_recreated")
    try pair.source.execute("UPDATE items SET n = 2; INSERT INTO items VALUES (2, 2, 'later')")
    var resync = try pair.run("resync", "--table", "items", "--wait")
    #expect(resync.exitCode == 0, "\(resync)")
    try Self.wait(pair, for: "items")
    #expect(try pair.differences() == [], "\(service.log)")
    // Again, and nobody has seen it yet: not a row has come.
    try pair.source.execute(
      """
      DROP TABLE items; CREATE TABLE items (id int PRIMARY KEY, n int NOT NULL, v text);
      INSERT INTO items VALUES (7, 7, 'before it is published'); ALTER PUBLICATION pgsyncd ADD TABLE items
      """)
    resync = try pair.run("resync", "--table", "items", "--wait")
    #expect(resync.exitCode == 0, "\(resync)")
    try pair.source.execute("INSERT INTO items VALUES (8, 8, 'after')")
    try Self.wait(pair, for: "items")
    #expect(try pair.differences() == [], "\(service.log)")
    // Rows that are missing on the target are noticed, and the mark goes away with the copy.
    try pair.target.execute("DELETE FROM items WHERE id = 7")
    try pair.source.execute("UPDATE items SET n = 70 WHERE id = 7")
    try pair.target.waitFor(
      "the missing row is noticed",
      trueOf: "SELECT needs_repair = 'row_missing' FROM pgsyncd.tables WHERE table_name = 'items'")
    resync = try pair.run("resync", "--table", "items", "--wait")
    #expect(resync.exitCode == 0, "\(resync)")
    #expect(try pair.status(of: "items")["status"] as? String == "ok")
    #expect(try pair.differences() == [])
  }

  @Test(
    "what the schemas forbid ends with exit code 2 and changes nothing; what is gone from the source with 1",
    .disabled("expects that nobody but resync looks at the schemas; the watch now stops the table first"))
  func refused() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(Self.rows)
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute("ALTER TABLE items ADD COLUMN extra int")
    for isRunning in [true, false] {
      if !isRunning { try service.terminate() }
      let resync = try pair.run("resync", "--table", "items")
      #expect(resync.exitCode == 2 && resync.output.contains("Source has new column: 'extra'"), "\(resync)")
      #expect(try pair.target.query("SELECT state FROM pgsyncd.tables WHERE table_name = 'items'") == [["streaming"]])
      try pair.source.execute("ALTER TABLE others RENAME TO moved; ALTER TABLE moved RENAME TO others")
      if isRunning { try pair.source.execute("DROP TABLE others") }
      let gone = try pair.run("resync", "--table", "others")
      #expect(gone.exitCode == 1, "\(gone)")
      if isRunning { try pair.source.execute("CREATE TABLE others (id int PRIMARY KEY, v text)") }
    }
    let unknown = try pair.run("resync", "--table", "itmes")
    #expect(unknown.exitCode == 64 && unknown.log.contains("items"), "\(unknown)")
  }

  @Test("with the service down the request is recorded and taken up at the next start, also by --once")
  func serviceDown() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(Self.rows)
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.target.execute("DELETE FROM items WHERE id < 1000")
    let resync = try pair.run("resync", "--table", "items")
    #expect(resync.exitCode == 0 && resync.output.contains("recorded"), "\(resync)")
    try pair.source.execute("UPDATE items SET n = 5 WHERE id < 10")
    let once = try pair.run("sync", "--once")
    #expect(once.exitCode == 0, "\(once)")
    #expect(try pair.differences() == [], "\(once)")
    #expect(try pair.target.query("SELECT outcome FROM pgsyncd.requests") == [["accepted"]])
  }

  @Test(
    "all sorts of tables: no key, empty, identity and generated columns, partitions, foreign keys to it and from it")
  func sorts() throws {
    let pair = try PipelinePair(
      schema: """
        CREATE TABLE keyless (a int, b text);
        ALTER TABLE keyless REPLICA IDENTITY FULL;
        CREATE TABLE empty (id int PRIMARY KEY);
        CREATE TABLE made (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) STORED,
          other int GENERATED BY DEFAULT AS IDENTITY);
        CREATE TABLE parts (id int, d int, v text, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
        CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
        CREATE TABLE parents (id int PRIMARY KEY, v text);
        CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents ON DELETE CASCADE, self int REFERENCES children);
        CREATE TABLE columnless ();
        """)
    try pair.source.execute(
      """
      INSERT INTO keyless SELECT g % 3, 'x' FROM generate_series(1, 50) g;
      INSERT INTO made (a) SELECT g FROM generate_series(1, 20) g;
      INSERT INTO parts SELECT g, g % 20, 'x' FROM generate_series(1, 100) g;
      INSERT INTO parents SELECT g, 'x' FROM generate_series(1, 20) g;
      INSERT INTO children SELECT g, g, 1 FROM generate_series(1, 20) g;
      INSERT INTO columnless DEFAULT VALUES; INSERT INTO columnless DEFAULT VALUES;
      """)
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.target.execute(
      """
      SET session_replication_role = replica;
      DELETE FROM keyless WHERE a = 1; INSERT INTO empty VALUES (1); UPDATE made SET a = 0; DELETE FROM parts WHERE d < 5;
      UPDATE parents SET v = 'wrong'; DELETE FROM children WHERE id = 3; INSERT INTO columnless DEFAULT VALUES
      """)
    let tables = ["keyless", "empty", "made", "parts", "parents", "children", "columnless"]
    let resync = try Program.run(
      ["resync", "--wait"] + tables.flatMap { ["--table", $0] } + pair.connection)
    #expect(resync.exitCode == 0, "\(resync)\n\(service.log)")
    try pair.source.execute(
      """
      INSERT INTO keyless VALUES (9, 'after'); INSERT INTO empty VALUES (3); INSERT INTO made (a) VALUES (99);
      DELETE FROM parents WHERE id = 4; UPDATE parts SET d = 19 - d WHERE id < 10
      """)
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
  }

  @Test("values of columns that only the target has are kept by key")
  func keptColumns() throws {
    let pair = try PipelinePair(
      schema: Self.schema + "CREATE TABLE bare (a int); ALTER TABLE bare REPLICA IDENTITY FULL")
    try pair.source.execute(Self.rows + "; INSERT INTO bare VALUES (1)")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.target.execute(
      """
      ALTER TABLE items ADD COLUMN remark text, ADD COLUMN seen timestamptz DEFAULT '2020-01-01';
      ALTER TABLE bare ADD COLUMN remark text; UPDATE bare SET remark = 'lost';
      UPDATE items SET remark = 'mine ' || id WHERE id <= 10; DELETE FROM items WHERE id = 11
      """)
    try pair.source.execute("DELETE FROM items WHERE id = 10")
    #expect(try pair.run("resync", "--table", "items", "--table", "bare", "--wait").exitCode == 0, "\(service.log)")
    try pair.waitForCatchUp()
    #expect(
      try pair.target.query("SELECT id, remark, seen IS NOT NULL FROM items WHERE id BETWEEN 8 AND 11 ORDER BY id")
        == [["8", "mine 8", "t"], ["9", "mine 9", "t"], ["11", nil, "t"]])
    #expect(service.log.contains("which only the target has, are replaced by defaults"))
  }

  @Test("kill -9 before the snapshot, before the first row, before the commit, and while it catches up; under traffic")
  func killed() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(Self.rows)
    var service = try pair.startStreaming()
    defer { service.end() }
    try pair.target.execute("UPDATE items SET v = 'wrong' WHERE id % 3 = 0; DELETE FROM items WHERE id % 5 = 0")
    let traffic = Self.traffic(pair)
    defer { traffic.stop() }

    // The snapshot waits for a transaction that writes.
    let writer = try pair.source.connect()
    try writer.execute("BEGIN; INSERT INTO others VALUES (-1, 'open')")
    #expect(try pair.run("resync", "--table", "items", "--no-wait").exitCode == 0)
    try pair.source.waitForSession(
      application: "pgsyncd pgsyncd snapshot", where: "state = 'active' AND wait_event_type = 'Lock'")
    #expect(try pair.status(of: "items")["status"] as? String == "copying")
    try service.kill()
    try writer.execute("COMMIT")
    writer.close()

    // The copy waits for the target's table.
    let blocker = try pair.target.connect()
    try blocker.execute("BEGIN; LOCK TABLE items IN SHARE MODE")
    service = try pair.startStreaming()
    try pair.target.waitForSession(application: "pgsyncd pgsyncd copy", where: "wait_event_type = 'Lock'")
    try service.kill()
    try blocker.execute("COMMIT")

    // Everything is copied, and the copy waits to be recorded.
    try blocker.execute("BEGIN; SELECT FROM pgsyncd.tables WHERE table_name = 'items' FOR UPDATE")
    service = try pair.startStreaming()
    try pair.target.waitForSession(
      application: "pgsyncd pgsyncd copy", where: "wait_event_type = 'Lock' AND query LIKE '%catching_up%'")
    try service.kill()
    #expect(try pair.target.query("SELECT state FROM pgsyncd.tables WHERE table_name = 'items'") == [["copying"]])
    try pair.target.waitForNoSession(application: "pgsyncd pgsyncd copy")
    // It is recorded, and what was parked waits for the target's table.
    service = try pair.startStreaming()
    try pair.target.waitForSession(
      application: "pgsyncd pgsyncd copy", where: "wait_event_type = 'Lock' AND query LIKE '%catching_up%'")
    let second = try pair.target.connect()
    let locking = Writers(on: pair.target) { _ in
      "BEGIN; LOCK TABLE items IN SHARE MODE; SELECT pg_advisory_lock(1); COMMIT"
    }
    try second.execute("SELECT pg_advisory_lock(1)")
    try pair.target.waitForSession(application: "writers", where: "wait_event_type = 'Lock'")
    try blocker.execute("COMMIT")
    try pair.wait(for: "items", toBe: "catching_up")
    try service.kill()
    second.close()
    locking.stop()
    blocker.close()

    service = try pair.startStreaming()
    #expect(traffic.stop() == nil)
    try Self.wait(pair, for: "items")
    #expect(try pair.differences() == [], "\(service.log)")
    #expect(try pair.source.query("SELECT count(*) FROM pg_replication_slots") == [["1"]])
  }
}
