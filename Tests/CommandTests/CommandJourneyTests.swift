import Foundation
import LibPQ
import PostgresClusters
import Testing

/// The commands in the order in which an operator meets them, against servers, with the engine behind them.
@Suite("From setup to teardown")
struct CommandJourneyTests {
  /// Two databases of one server, with the same empty tables, and rows on the source.
  private struct Shop {
    let cluster: ThrowawayCluster
    let source: String
    let target: String

    init(_ cluster: ThrowawayCluster, _ name: String) throws {
      self.cluster = cluster
      (source, target) = ("\(name)_source", "\(name)_target")
      for database in [source, target] {
        try cluster.createDatabase(database)
        try cluster.execute(
          "CREATE TABLE users (id bigint PRIMARY KEY, name text); CREATE TABLE orders (id bigint PRIMARY KEY, n int)",
          database: database)
      }
      try onSource(
        "INSERT INTO users SELECT n, 'u' || n FROM generate_series(1, 100) n; INSERT INTO orders VALUES (1, 1)")
    }

    func onSource(_ sql: String) throws { try cluster.execute(sql, database: source) }
    func onTarget(_ sql: String) throws { try cluster.execute(sql, database: target) }
    func rows(_ sql: String) throws -> [[String?]] { try cluster.query(sql, database: target) }

    func run(_ arguments: String..., user: String = "postgres") throws -> Program.Outcome {
      try Program.run(
        arguments,
        environment: [
          "PGSYNCD_SOURCE": cluster.connectionString(database: source),
          "PGSYNCD_TARGET": cluster.connectionString(database: target, user: user),
        ])
    }
  }

  private static let server = Result { try ThrowawayCluster() }

  @Test("setup, copy, drift, stop, fix, resume, pause, teardown: each with its exit code")
  func journey() throws {
    let shop = try Shop(Self.server.get(), "journey")
    let dryRun = try shop.run("setup", "--dry-run", "--pipeline", "journey")
    #expect(dryRun.status == 0 && dryRun.output.contains("CREATE PUBLICATION pgsyncd_journey"), "\(dryRun)")
    #expect(try shop.run("status", "--pipeline", "journey").status == 1)
    #expect(try shop.run("schema", "validate", "--pipeline", "journey").status == 0)
    #expect(try shop.run("setup", "--pipeline", "journey").status == 0)
    #expect(try shop.run("setup", "--pipeline", "journey").status == 0, "it can be run again")
    let first = try shop.run("sync", "--once", "--pipeline", "journey", "--http-listen", "off")
    #expect(first.status == 0 && first.output.isEmpty, "\(first)")
    #expect(try shop.rows("SELECT count(*) FROM users") == [["100"]])

    try shop.onSource("ALTER TABLE users ADD COLUMN phone text; INSERT INTO users VALUES (101, 'x', '123')")
    try shop.onSource("INSERT INTO orders VALUES (2, 2)")
    let stopped = try shop.run("sync", "--once", "--pipeline", "journey")
    #expect(stopped.status == 2 && stopped.errors.contains("[ERROR] Schema mismatch detected on public.users"))
    #expect(try shop.rows("SELECT count(*) FROM orders") == [["2"]], "the other table goes on")
    #expect(try shop.run("schema", "validate", "--json", "--pipeline", "journey").status == 2)
    let refused = try shop.run("resume", "--table", "users", "--pipeline", "journey")
    #expect(refused.status == 2 && refused.output.contains("ALTER TABLE public.users ADD COLUMN phone text;"))

    try shop.onTarget("ALTER TABLE public.users ADD COLUMN phone text;")
    #expect(try shop.run("resume", "--table", "users", "--pipeline", "journey").status == 0)
    let resumed = try shop.run("sync", "--once", "--pipeline", "journey")
    #expect(resumed.status == 0, "\(resumed)")
    #expect(try shop.rows("SELECT phone FROM users WHERE id = 101") == [["123"]])
    let other = try shop.run("sync", "--once", "--pipeline", "journey", "--tables", "orders")
    #expect(other.status == 64 && other.errors.contains("--tables"), "\(other)")

    #expect(try shop.run("pause", "--table", "orders", "--pipeline", "journey").status == 0)
    #expect(try shop.run("sync", "--once", "--pipeline", "journey").status == 2)
    let unasked = try shop.run("teardown", "--pipeline", "journey")
    #expect(unasked.status == 64 && unasked.errors.contains("--yes"))
    #expect(try shop.run("status", "--pipeline", "journey").status == 0, "nothing was dropped")
    let removed = try shop.run("teardown", "--yes", "--pipeline", "journey")
    #expect(removed.status == 0 && removed.output.contains("Removed the replication slot pgsyncd_journey"))
    #expect(try shop.rows("SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'pgsyncd_journey'") == [["0"]])
    #expect(try shop.run("teardown", "--yes", "--pipeline", "journey").output.contains("nothing"))
  }

  @Test("a blocked table: setup and a first sync report it, end with 2 and leave nothing behind")
  func blocked() throws {
    let shop = try Shop(Self.server.get(), "blocked")
    try shop.onSource("ALTER TABLE users ADD COLUMN phone text")
    for command in ["setup", "sync"] {
      let outcome = try shop.run(command, "--pipeline", "blocked")
      #expect(outcome.status == 2 && outcome.output.contains("ALTER TABLE public.users ADD COLUMN phone text;"))
      #expect(!outcome.output.contains("pgsyncd resume"))
    }
    #expect(try shop.rows("SELECT count(*) FROM pg_namespace WHERE nspname = 'pgsyncd'") == [["0"]])
    #expect(try shop.rows("SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'pgsyncd_blocked'") == [["0"]])
  }

  @Test("bad input: a pattern that matches nothing, the same database twice, a role without privileges")
  func badInput() throws {
    let shop = try Shop(Self.server.get(), "bad")
    let pattern = try shop.run("setup", "--tables", "userz")
    #expect(pattern.status == 64 && pattern.errors.contains("did you mean public.users?") && pattern.output.isEmpty)
    let same = try shop.run("setup", "--target", shop.cluster.connectionString(database: shop.source))
    #expect(same.status == 64 && same.errors.contains("same database"))
    try shop.onTarget("CREATE ROLE \"no one\" LOGIN")
    let role = try shop.run("setup", user: "no one")
    #expect(role.status == 1 && role.errors.contains("GRANT ") && role.errors.contains("\"no one\""))
    #expect(try shop.run("setup", "--pipeline", "bad").status == 0)
    let status = try shop.run("status", "--pipeline", "bad", user: "no one")
    #expect(status.status == 1 && status.errors.contains("GRANT USAGE ON SCHEMA pgsyncd TO \"no one\";"), "\(status)")
  }
}
