import Foundation
import PostgresClusters
import Testing

/// `schema sync` and `schema history` as an operator uses them, beside a running service.
@Suite("Aligning the target, and what history tells of it")
struct SchemaSyncTests {
  private static let schema = """
    CREATE TABLE users (id int PRIMARY KEY, name text);
    CREATE TABLE orders (id int PRIMARY KEY, amount int);
    """

  private static func document(_ ended: Program.Ended) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any], "\(ended)")
  }

  private static func resolutions(_ pair: PipelinePair, of table: String) throws -> [String?] {
    let ended = try pair.run("schema", "history", "--json", "--table", table)
    let events = try #require(document(ended)["events"] as? [[String: Any]])
    return events.filter { $0["verdict"] as? String == "blocked" }.map { $0["resolution"] as? String }
  }

  @Test("the plan is shown, then run, then the tables resume; each stop says by what it was resolved")
  func sync() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("INSERT INTO users VALUES (1, 'a')")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      ALTER TABLE users ADD COLUMN phone text;
      ALTER TABLE orders ALTER amount TYPE bigint;
      INSERT INTO users VALUES (2, 'b', '555');
      INSERT INTO orders VALUES (1, 1);
      """)
    try pair.wait(for: "users", toBe: "stopped")
    try pair.wait(for: "orders", toBe: "stopped")
    #expect(try Self.resolutions(pair, of: "users") == [nil], "open")

    let shown = try pair.run("schema", "sync", "--dry-run")
    #expect(shown.exitCode == 0, "\(shown)")
    #expect(shown.output.contains("ALTER TABLE public.users ADD COLUMN phone text;"))
    #expect(shown.output.contains("-- then: pgsyncd resume --table public.orders"))
    let planned = try Self.document(pair.run("schema", "sync", "--dry-run", "--json"))
    #expect((planned["summary"] as? [String: Any])?["planned"] as? Int == 2)
    #expect(
      try pair.target.query("SELECT count(*) FROM information_schema.columns WHERE column_name = 'phone'") == [["0"]])

    let applied = try pair.run("schema", "sync", "--apply", "--json")
    #expect(applied.exitCode == 0, "\(applied)")
    #expect((try Self.document(applied)["summary"] as? [String: Any])?["applied"] as? Int == 2)
    let again = try Self.document(pair.run("schema", "sync", "--apply", "--json"))
    #expect((again["summary"] as? [String: Any])?["nothing_to_do"] as? Int == 2)
    #expect(try pair.run("resume", "--all", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    try pair.expectEqual()
    #expect(try Self.resolutions(pair, of: "users") == ["fix"])

    try pair.source.execute("ALTER TABLE users ADD COLUMN fax text; INSERT INTO users VALUES (3, 'c', '5', '6')")
    try pair.wait(for: "users", toBe: "stopped")
    #expect(try pair.run("resume", "--table", "users", "--wait", "--skip-columns=users.fax").exitCode == 0)
    #expect(try Self.resolutions(pair, of: "users") == ["fix", "override"])

    try pair.source.execute("ALTER TABLE orders ADD COLUMN note text; INSERT INTO orders VALUES (2, 2, 'x')")
    try pair.wait(for: "orders", toBe: "stopped")
    try service.terminate()
    try pair.target.execute("ALTER TABLE orders ADD COLUMN note text")
    #expect(try pair.run("sync", "--once").exitCode == 0)
    #expect(try Self.resolutions(pair, of: "orders") == ["fix", "restart"])
    #expect(try pair.run("schema", "history", "--table", "nothing").exitCode == 64)
    let text = try pair.run("schema", "history")
    #expect(text.output.contains("source_added_column"))
  }
}
