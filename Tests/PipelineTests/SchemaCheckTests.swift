import Foundation
import PostgresClusters
import Testing

/// `schema check`: what a migration file would do, said before it runs.
@Suite("Checking a migration file")
struct SchemaCheckTests {
  private static let schema = """
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE TABLE users (id serial PRIMARY KEY, name varchar(20) NOT NULL, size int, mood mood, gone text);
    CREATE TABLE orders (id int PRIMARY KEY, owner int REFERENCES users, amount numeric(10,2) CHECK (amount > 0));
    CREATE INDEX orders_by_owner ON orders (owner);
    CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
    CREATE VIEW big AS SELECT id, twice(size) AS size FROM users;
    """

  private static func check(
    _ pair: PipelinePair, _ ddl: String, target: String? = nil
  ) throws -> (ended: Program.Ended, tables: [String: [String: Any]], document: [String: Any]) {
    let file = try TemporaryFile(ddl)
    let targetFile = try target.map { try TemporaryFile($0) }
    let ended = try Program.run(
      ["schema", "check", "--json", "--ddl", file.path] + (targetFile.map { ["--target-ddl", $0.path] } ?? [])
        + pair.connection)
    // A file that does not run prints nothing on stdout.
    let document = ended.output.isEmpty ? nil : try JSONSerialization.jsonObject(with: Data(ended.output.utf8))
    let fields = document as? [String: Any] ?? [:]
    var tables: [String: [String: Any]] = [:]
    for table in fields["tables"] as? [[String: Any]] ?? [] { tables[table["table"] as? String ?? ""] = table }
    #expect(
      try pair.target.query("SELECT count(*) FROM pg_database WHERE datname LIKE 'pgsyncd_check_%'") == [["0"]],
      "the scratch databases are gone")
    return (ended, tables, fields)
  }

  @Test(
    "table by table: go on, stop, backfill, and an order that was tried",
    .disabled("lists tables as changed that are not, since a schema tells which row of the catalog a column is"))
  func verdicts() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("INSERT INTO users VALUES (1, 'kept')")

    let nothing = try Self.check(pair, "CREATE INDEX ON users (name); COMMENT ON TABLE users IS 'x';")
    #expect(nothing.ended.exitCode == 0, "\(nothing.ended)")
    #expect(nothing.tables.isEmpty)
    #expect(nothing.document["not_reproduced"] as? [String] == [])

    let added = try Self.check(pair, "ALTER TABLE users ADD COLUMN phone text DEFAULT 'none' NOT NULL;")
    #expect(added.ended.exitCode == 2)
    #expect(added.tables["public.users"]?["outcome"] as? String == "stop")
    #expect(added.tables["public.users"]?["order"] as? String == "target_first")
    let fix = try #require(added.tables["public.users"]?["fix"] as? [String])
    #expect(added.tables["public.orders"] == nil)
    let along = try Self.check(
      pair, "ALTER TABLE users ADD COLUMN phone text DEFAULT 'none' NOT NULL;", target: fix.joined(separator: "\n"))
    #expect(along.ended.exitCode == 0, "the fix on the target first: \(along.ended)")

    let dropped = try Self.check(
      pair, "ALTER TABLE users DROP COLUMN gone; ALTER TABLE orders ALTER amount TYPE numeric(12,2);")
    #expect(dropped.ended.exitCode == 2)
    #expect(dropped.tables["public.users"]?["order"] as? String == "source_first")
    #expect(dropped.tables["public.orders"]?["order"] as? String == "target_first")

    let volatile = try Self.check(pair, "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();")
    #expect(volatile.ended.exitCode == 2)
    #expect((volatile.tables["public.orders"]?["backfill"] as? [String])?.isEmpty == false)

    let narrowed = try Self.check(
      pair, "ALTER TABLE orders ALTER owner TYPE int USING owner + 1; CREATE TABLE fresh (id int)")
    #expect(narrowed.document["created"] as? [String] == ["public.fresh"])

    let label = try Self.check(pair, "ALTER TYPE mood ADD VALUE 'new'; ALTER TABLE users ALTER mood SET DEFAULT 'new'")
    #expect(label.tables["public.users"]?["reason"] as? String == "source_enum_label", "\(label.ended)")
    #expect(try pair.differences().count == 1, "neither side was touched")
  }

  @Test("a file that does not run is told with its line, and leaves nothing behind")
  func mistakes() throws {
    let pair = try PipelinePair(schema: Self.schema)
    for (ddl, line, says) in [
      ("ALTER TABLE users\n  ADD COLUMN a int;\n\nALTER TABLE users ADD\n COLUMN a text;", 4, "already exists"),
      ("SELECT 1;\nALTER TABLE users\n  ADD COLUM b int;\n", 3, "syntax error"),
      ("\n\\i other.sql", 2, "'\\i'"), ("BEGIN;\nALTER TABLE users ADD x int;", 2, "does not end it"),
      ("ALTER TABLE users ALTER size TYPE bigint", 1, "view big"),
    ] {
      let checked = try Self.check(pair, ddl)
      #expect(checked.ended.exitCode == 1, "\(ddl)")
      #expect(checked.ended.log.contains(":\(line): "), "\(checked.ended)")
      #expect(checked.ended.log.contains(says), "\(checked.ended)")
    }
    #expect(try pair.run("schema", "check", "--ddl", "/nowhere/x.sql").exitCode == 64)
    #expect(try pair.run("schema", "check").exitCode == 64)
  }

  @Test("an interrupted check removes its databases")
  func interrupted() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let file = try TemporaryFile("SELECT pg_sleep(120);")
    let check = try Program(["schema", "check", "--ddl", file.path] + pair.connection)
    try pair.target.waitFor(
      "the migration runs",
      trueOf:
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(120)%' AND state = 'active')")
    #expect(try check.terminate().exitCode == 1)
    #expect(try pair.target.query("SELECT count(*) FROM pg_database WHERE datname LIKE 'pgsyncd_check_%'") == [["0"]])
  }

  @Test("the text names an order, and what would be migrated by itself does not stop")
  func text() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let file = try TemporaryFile("ALTER TABLE users ADD COLUMN phone text;")
    let text = try pair.run("schema", "check", "--ddl", file.path)
    #expect(text.exitCode == 2)
    #expect(text.output.contains("on the target first:"))
    #expect(text.output.contains("ALTER TABLE public.users ADD COLUMN phone text;"))
    let settings = try TemporaryFile("schema: {auto_migrate: true, require_approval: false}")
    let migrated = try pair.run("schema", "check", "--ddl", file.path, "--config", settings.path)
    #expect(migrated.exitCode == 0, "\(migrated)")
    #expect(migrated.output.contains("auto migrate"))
  }
}
