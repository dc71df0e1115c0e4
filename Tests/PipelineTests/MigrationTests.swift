import Foundation
import PostgresClusters
import Testing

/// `auto_migrate`: a drift is repeated on the target at its place in the stream, or waits for approval.
@Suite("Automatic migrations")
struct MigrationTests {
  private static let schema = """
    CREATE TABLE users (id int PRIMARY KEY, name text, size int, gone text);
    CREATE TABLE orders (id int PRIMARY KEY, amount numeric(10,2));
    """

  private static func settings(
    types: String = "add_column, safe_type_change, rename_column, drop_column", approval: Bool = false
  ) throws -> TemporaryFile {
    try TemporaryFile(
      """
      schema:
        auto_migrate: true
        auto_migrate_types: [\(types)]
        require_approval: \(approval)
      """)
  }

  private static func history(_ pair: PipelinePair) throws -> [[String: Any]] {
    let ended = try pair.run("schema", "history", "--json")
    let document = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
    return try #require(document?["events"] as? [[String: Any]])
  }

  @Test("every kind of change is repeated in the middle of a transaction, and the table never stops")
  func everyKind() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(
      "INSERT INTO users VALUES (1, 'a', 1, 'x'), (2, 'b', 2, 'y'); INSERT INTO orders VALUES (1, 1)")
    let settings = try Self.settings()
    let service = try pair.startStreaming("--config", settings.path)
    defer { service.end() }
    try pair.source.execute(
      """
      BEGIN;
      INSERT INTO users VALUES (3, 'before', 3, 'z');
      ALTER TABLE users ADD COLUMN phone varchar(20) DEFAULT 'none' NOT NULL;
      INSERT INTO users VALUES (4, 'added', 4, 'z', '555');
      UPDATE users SET phone = '556' WHERE id = 1;
      ALTER TABLE users RENAME name TO full_name;
      UPDATE users SET full_name = 'renamed' WHERE id = 2;
      ALTER TABLE users DROP COLUMN gone;
      INSERT INTO users VALUES (6, 'dropped', 6, '558');
      INSERT INTO orders VALUES (2, 2);
      COMMIT;
      INSERT INTO users VALUES (7, 'later', 7, '559');
      """)
    try pair.waitForCatchUp()
    try pair.source.execute(
      """
      ALTER TABLE users ALTER size TYPE bigint;
      INSERT INTO users VALUES (5, 'widened', 5000000000, '557');
      """)
    try pair.waitForCatchUp()
    try pair.expectEqual()
    #expect(try pair.target.query("SELECT count(*) FROM pgsyncd.drift_events WHERE verdict = 'blocked'") != [["0"]])
    let events = try Self.history(pair)
    #expect(events.allSatisfy { $0["resolution"] as? String == "auto_migrate" }, "\(events)")
    #expect(events.compactMap { $0["reason"] as? String }.contains("source_added_column"))
    #expect(events.allSatisfy { $0["lsn"] is String && $0["resolved_at"] is String })
    #expect(service.log.contains("Schema of public.users migrated on the target"))
    #expect(!service.log.contains("Sync STOPPED"))
    // A widening rewrites the source's table, and what it wrote never travels.
    #expect(try pair.status(of: "users")["status"] as? String == "needs_repair")
    #expect(try pair.status(of: "orders")["status"] as? String == "ok")
  }

  @Test("statement by statement, while the catalog runs ahead of the stream")
  func catalogAhead() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let settings = try Self.settings()
    let first = try pair.startStreaming("--config", settings.path)
    try first.terminate()
    for number in 1...4 {
      try pair.source.execute(
        """
        ALTER TABLE orders ADD COLUMN c\(number) int DEFAULT \(number) NOT NULL;
        INSERT INTO orders (id, amount, c\(number)) VALUES (\(number), \(number), 100);
        """)
    }
    let ended = try pair.run("sync", "--once", "--config", settings.path)
    #expect(ended.exitCode == 0, "\(ended)")
    try pair.expectEqual()
    #expect(try Self.history(pair).count { $0["resolution"] as? String == "auto_migrate" } == 4)
  }

  @Test("a change that the target refuses in the same transaction takes the migration back, and it is made again")
  func replayed() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.target.execute("CREATE UNIQUE INDEX ON orders (amount)")
    let settings = try Self.settings()
    let service = try pair.startStreaming("--config", settings.path)
    defer { service.end() }
    try pair.source.execute(
      """
      BEGIN;
      INSERT INTO users VALUES (1, 'a', 1, 'x');
      ALTER TABLE users ADD COLUMN phone text;
      INSERT INTO users VALUES (2, 'b', 2, 'y', '555');
      INSERT INTO orders VALUES (1, 7), (2, 7);
      COMMIT
      """)
    try pair.wait(for: "orders", toBe: "stopped")
    try pair.source.execute("INSERT INTO users VALUES (3, 'c', 3, 'z', '556')")
    try pair.waitForCatchUp()
    try pair.expectEqual("users")
    #expect(try pair.status(of: "users")["status"] as? String == "ok")
    #expect(try Self.history(pair).count { $0["resolution"] as? String == "auto_migrate" } == 1)
    // What the catalog holds is the new shape: a start has nothing to judge.
    try service.terminate()
    try pair.target.execute("DROP INDEX orders_amount_idx")
    #expect(try pair.run("sync", "--once", "--config", settings.path).exitCode == 2, "an apply error needs a resume")
    #expect(try pair.status(of: "users")["status"] as? String == "ok")
  }

  @Test("a migration and its transaction happen together or not at all when the program dies in the middle")
  func killed() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let settings = try Self.settings()
    let service = try pair.startStreaming("--config", settings.path)
    // Somebody holds the other table of the transaction, so the unit with the migration cannot be committed.
    let holder = try pair.target.connect()
    try holder.execute("BEGIN; LOCK TABLE public.orders IN EXCLUSIVE MODE")
    try pair.source.execute(
      """
      BEGIN;
      ALTER TABLE users ADD COLUMN phone text;
      INSERT INTO users VALUES (1, 'a', 1, 'x', '555');
      INSERT INTO orders VALUES (1, 1);
      COMMIT
      """)
    try pair.target.waitFor(
      "the unit waits for the lock",
      trueOf: "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'orders'::regclass)")
    try service.kill()
    holder.close()
    let ended = try pair.run("sync", "--once", "--config", settings.path)
    #expect(ended.exitCode == 0, "\(ended)")
    try pair.expectEqual()
  }

  @Test(
    "what cannot be repeated exactly stops the table as usual",
    arguments: [
      "ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid()",
      "ALTER TABLE users ALTER size TYPE smallint",
      "ALTER TABLE users DROP COLUMN gone; ALTER TABLE users ADD COLUMN gone text",
    ])
  func inexact(ddl: String) throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("INSERT INTO users VALUES (1, 'a', 1, 'x')")
    let settings = try Self.settings()
    let service = try pair.startStreaming("--config", settings.path)
    defer { service.end() }
    try pair.source.execute(ddl + "; UPDATE users SET name = 'b'")
    if ddl.contains("smallint") {
      // The target's wider type holds every value: nothing has to be changed, and nothing is.
      try pair.waitForCatchUp()
      #expect(try pair.status(of: "users")["worker"] as? String == "streaming")
      return
    }
    try pair.wait(for: "users", toBe: "stopped")
    let status = try pair.status(of: "users")
    #expect(status["status"] as? String == "schema_mismatch", "\(status)")
  }

  @Test("a kind that is not listed stops the table, and so does a table that somebody holds")
  func refused() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let settings = try Self.settings(types: "rename_column")
    let service = try pair.startStreaming("--config", settings.path)
    defer { service.end() }
    try pair.source.execute("ALTER TABLE users ADD COLUMN phone text; INSERT INTO users VALUES (1, 'a', 1, 'x', '5')")
    try pair.wait(for: "users", toBe: "stopped")
    let holder = try pair.target.connect()
    defer { holder.close() }
    try holder.execute("BEGIN; LOCK TABLE public.orders IN ACCESS SHARE MODE")
    try pair.source.execute("ALTER TABLE orders RENAME amount TO total; INSERT INTO orders VALUES (1, 1)")
    try pair.wait(for: "orders", toBe: "stopped")
    let message = try #require(pair.status(of: "orders")["message"] as? [String])
    #expect(message.contains { $0.contains("The automatic migration did not succeed") }, "\(message)")
    #expect(
      try pair.status(of: "orders")["fix"] as? [String] == ["ALTER TABLE public.orders RENAME COLUMN amount TO total;"])
  }

  @Test("with require_approval the table waits, showing the SQL, until schema approve runs exactly that")
  func approval() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let settings = try Self.settings(approval: true)
    let service = try pair.startStreaming("--config", settings.path)
    defer { service.end() }
    try pair.source.execute(
      "ALTER TABLE users ADD COLUMN phone text; INSERT INTO users VALUES (1, 'a', 1, 'x', '5'); INSERT INTO orders VALUES (1, 1)"
    )
    try pair.wait(for: "users", toBe: "stopped")
    try pair.waitForCatchUp()
    try pair.expectEqual("orders")
    let status = try pair.status(of: "users")
    #expect(status["status"] as? String == "pending_approval")
    #expect(status["fix"] as? [String] == ["ALTER TABLE public.users ADD COLUMN phone text;"])
    #expect(status["resolution"] as? String == "Approve the migration: pgsyncd schema approve --table public.users")
    #expect(status["parked_changes"] as? Int == 1)
    // A resume does not approve.
    #expect(try pair.run("resume", "--table", "users").exitCode == 2)
    #expect(try pair.status(of: "users")["status"] as? String == "pending_approval")
    #expect(try pair.run("schema", "approve", "--table", "orders").exitCode == 1, "nothing waits there")

    let approved = try pair.run("schema", "approve", "--table", "users")
    #expect(approved.exitCode == 0, "\(approved)")
    try pair.wait(for: "users", toBe: "streaming")
    try pair.source.execute("INSERT INTO users VALUES (2, 'b', 2, 'y', '6')")
    try pair.waitForCatchUp()
    try pair.expectEqual()
    let events = try Self.history(pair).filter { $0["verdict"] as? String == "blocked" }
    #expect(events.count == 1)
    #expect(events.first?["resolution"] as? String == "approve")
  }

  @Test("an approval is refused if the drift is another one by now")
  func approvalMoved() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let settings = try Self.settings(approval: true)
    let service = try pair.startStreaming("--config", settings.path)
    defer { service.end() }
    try pair.source.execute(
      "ALTER TABLE users ADD COLUMN phone text, ADD COLUMN fax text; INSERT INTO users VALUES (1, 'a', 1, 'x', '5', '6')"
    )
    try pair.wait(for: "users", toBe: "stopped")
    try pair.target.execute("ALTER TABLE users ADD COLUMN fax text")
    let refused = try pair.run("schema", "approve", "--table", "users")
    #expect(refused.exitCode == 2, "\(refused)")
    #expect(
      try pair.target.query("SELECT count(*) FROM information_schema.columns WHERE column_name = 'phone'") == [["0"]])
    #expect(try pair.status(of: "users")["fix"] as? [String] == ["ALTER TABLE public.users ADD COLUMN phone text;"])
    #expect(try pair.run("schema", "approve", "--table", "users").exitCode == 0)
    try pair.wait(for: "users", toBe: "streaming")
    try pair.waitForCatchUp()
    try pair.expectEqual()
  }

  @Test("an approval with the service down is taken up at the next start")
  func approvalWhileDown() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let settings = try Self.settings(approval: true)
    let service = try pair.startStreaming("--config", settings.path)
    try pair.source.execute("ALTER TABLE users ADD COLUMN phone text; INSERT INTO users VALUES (1, 'a', 1, 'x', '5')")
    try pair.wait(for: "users", toBe: "stopped")
    try service.terminate()
    let recorded = try pair.run("schema", "approve", "--table", "users")
    #expect(recorded.exitCode == 0)
    #expect(recorded.output.contains("recorded"))
    let ended = try pair.run("sync", "--once", "--config", settings.path)
    #expect(ended.exitCode == 0, "\(ended)")
    try pair.expectEqual()
  }
}
