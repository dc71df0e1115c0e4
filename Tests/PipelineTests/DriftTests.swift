import Foundation
import PostgresClusters
import Testing

/// The sentence that this product is held to: with a non-NULL value in the new column, in the middle of a transaction,
/// nothing of it is lost and nothing else stops.
@Suite("Schema drift under a running service")
struct DriftTests {
  private static let schema = """
    CREATE TABLE users (id int PRIMARY KEY, name text);
    CREATE TABLE orders (id int PRIMARY KEY, amount numeric(10,2));
    """

  @Test("a new column stops its table at that very tuple, and resuming loses nothing")
  func newColumn() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("INSERT INTO users VALUES (1, 'copied'); INSERT INTO orders VALUES (1, 1)")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      BEGIN;
      INSERT INTO users VALUES (2, 'before');
      ALTER TABLE users ADD COLUMN phone_number varchar(20);
      INSERT INTO users VALUES (3, 'first of the new shape', '555-0003');
      UPDATE users SET phone_number = '555-0001' WHERE id = 1;
      INSERT INTO orders VALUES (2, 2);
      COMMIT
      """)
    try pair.wait(for: "users", toBe: "stopped")
    try pair.source.execute("INSERT INTO users VALUES (4, 'later', '555-0004'); INSERT INTO orders VALUES (3, 3)")
    try pair.waitForCatchUp()

    // What came before the change in the same transaction is applied, everything from it on is parked.
    #expect(try pair.target.query("SELECT id FROM users ORDER BY id") == [["1"], ["2"]])
    #expect(try pair.differences("orders").isEmpty)
    let status = try pair.status(of: "users")
    #expect(status["status"] as? String == "schema_mismatch")
    #expect(status["worker"] as? String == "stopped")
    #expect(status["reason"] as? String == "source_added_column")
    #expect(status["error"] as? String == "Source has new column 'phone_number' not in target")
    #expect(status["resolution"] as? String == "Add column to target or use --skip-columns")
    #expect(status["fix"] as? [String] == ["ALTER TABLE public.users ADD COLUMN phone_number varchar(20);"])
    #expect(status["parked_changes"] as? Int == 3)
    #expect((status["stopped_at_lsn"] as? String)?.contains("/") == true)
    #expect(
      service.log.contains("[ERROR] Schema mismatch detected on public.users"),
      "the operator is told at once: \(service.log)")

    let refused = try pair.run("resume", "--table", "users", "--wait")
    #expect(refused.exitCode == 2, "nothing has been fixed yet: \(refused)")
    for statement in try #require(status["fix"] as? [String]) { try pair.target.execute(statement) }
    let resumed = try pair.run("resume", "--table", "users", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.source.execute("INSERT INTO users VALUES (5, 'after', '555-0005')")
    try pair.waitForCatchUp()
    #expect(try pair.differences().isEmpty)
    #expect(try pair.target.query("SELECT phone_number FROM users WHERE id = 3") == [["555-0003"]])
    #expect(try pair.status(of: "users")["status"] as? String == "ok")
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("three shapes in one transaction stop the table, and stop it again at the third")
  func threeShapes() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      BEGIN;
      INSERT INTO orders VALUES (1, 1.5);
      ALTER TABLE orders ADD COLUMN note text;
      INSERT INTO orders VALUES (2, 2.5, 'second shape');
      ALTER TABLE orders ALTER COLUMN amount TYPE text;
      INSERT INTO orders VALUES (3, 'not a number', 'third shape');
      COMMIT
      """)
    try pair.wait(for: "orders", toBe: "stopped")
    #expect(try pair.target.query("SELECT id FROM orders") == [["1"]])
    try pair.target.execute("ALTER TABLE orders ADD COLUMN note text")
    let first = try pair.run("resume", "--table", "orders", "--wait")
    #expect(first.exitCode == 2, "the third shape does not fit: \(first)")
    #expect(
      try pair.target.query("SELECT id, amount, note FROM orders ORDER BY id") == [
        ["1", "1.50", nil], ["2", "2.50", "second shape"],
      ])
    let status = try pair.status(of: "orders")
    #expect(status["reason"] as? String == "unsafe_cast")
    #expect(status["parked_changes"] as? Int == 1)
    try pair.target.execute("ALTER TABLE orders ALTER COLUMN amount TYPE text")
    #expect(try pair.run("resume", "--table", "orders", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    // The existing row went through numeric(10,2) on the target; on the source it was rewritten by the same cast.
    #expect(try pair.differences().isEmpty)
  }

  @Test("drift while the service was down is caught at the start, before a row follows")
  func driftWhileDown() throws {
    let pair = try PipelinePair(schema: Self.schema)
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.source.execute("ALTER TABLE users ADD COLUMN age int")
    let blocked = try pair.run("sync", "--once")
    #expect(blocked.exitCode == 2, "\(blocked)")
    #expect(try pair.status(of: "users")["reason"] as? String == "source_added_column")
    try pair.source.execute("INSERT INTO users VALUES (1, 'x', 40); INSERT INTO orders VALUES (1, 1)")
    #expect(try pair.run("sync", "--once").exitCode == 2)
    #expect(try pair.differences("orders").isEmpty)
    try pair.target.execute("ALTER TABLE users ADD COLUMN age int")
    #expect(try pair.run("sync", "--once").exitCode == 0, "a mismatch that is gone resumes at a start")
    #expect(try pair.differences().isEmpty)
  }

  @Test(
    "what brings a RELATION but changes no shape stops nothing",
    arguments: [
      "GRANT SELECT ON users TO PUBLIC", "ANALYZE users", "CREATE INDEX ON users (name)",
      "ALTER TABLE users ADD CHECK (id >= 0)", "ALTER TABLE users ALTER COLUMN name SET DEFAULT 'x'",
    ])
  func harmless(statement: String) throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    for step in 0..<20 {
      try pair.source.execute("INSERT INTO users VALUES (\(step), 'a'); INSERT INTO orders VALUES (\(step), 1)")
      if step == 10 { try pair.source.execute(statement) }
    }
    try pair.waitForCatchUp()
    #expect(try pair.differences().isEmpty)
    #expect(try pair.target.query("SELECT DISTINCT state FROM pgsyncd.tables") == [["streaming"]])
  }

  @Test("a stopped table never holds another one up: ten thousand rows to each, and the slot moves")
  func isolation() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute("ALTER TABLE users ADD COLUMN extra int; INSERT INTO users VALUES (0, 'stops', 1)")
    try pair.wait(for: "users", toBe: "stopped")
    let before = try #require(try pair.source.query("SELECT confirmed_flush_lsn FROM pg_replication_slots")[0][0])
    for step in 1...100 {
      try pair.source.execute(
        """
        INSERT INTO users SELECT g, 'u', g FROM generate_series(\(step * 100), \(step * 100 + 99)) g;
        INSERT INTO orders SELECT g, g FROM generate_series(\(step * 100), \(step * 100 + 99)) g
        """)
      if step.isMultiple(of: 25) {
        // The other table is where the source is although half of the stream is parked.
        try pair.waitForCatchUp()
        #expect(try pair.differences("orders").isEmpty)
      }
    }
    let end = try pair.source.currentLSN()
    try pair.source.waitForSlot("pgsyncd", confirming: end)
    let after = try #require(try pair.source.query("SELECT confirmed_flush_lsn FROM pg_replication_slots")[0][0])
    #expect(before != after)
    #expect(try pair.status(of: "users")["parked_changes"] as? Int == 10_001)
    try pair.target.execute("ALTER TABLE users ADD COLUMN extra int")
    #expect(try pair.run("resume", "--table", "users", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    #expect(try pair.differences().isEmpty)
  }

  @Test("columns that swap names stop once: rows of the older shape that are parked before do not undo the fix")
  func swappedNames() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE t (id int PRIMARY KEY, a int, b text)")
    let service = try pair.startStreaming()
    defer { service.end() }
    #expect(try pair.run("pause", "--table", "t").exitCode == 0)
    try pair.source.execute(
      """
      INSERT INTO t VALUES (1, 1, 'old'); ALTER TABLE t RENAME a TO c; ALTER TABLE t RENAME b TO a;
      ALTER TABLE t RENAME c TO b; INSERT INTO t (id, a, b) VALUES (2, 'new', 2)
      """)
    try pair.waitForCatchUp()
    // Somebody has done it on the target already: the first row still stands under the older names.
    try pair.target.execute("ALTER TABLE t RENAME a TO c; ALTER TABLE t RENAME b TO a; ALTER TABLE t RENAME c TO b")
    let resumed = try pair.run("resume", "--table", "t", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.waitForCatchUp()
    #expect(try pair.differences().isEmpty)
    #expect(try service.terminate().exitCode == 0)
  }
}
