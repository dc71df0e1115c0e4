import Foundation
import PostgresClusters
import Testing

/// What cannot work is said with its exit code and what to do, and leaves nothing half-done behind.
@Suite("Bad input")
struct BadInputTests {
  private static let schema = "CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE orders (id int PRIMARY KEY)"
  /// Nothing listens on port 1 of the loopback interface.
  private static let nobody = "postgresql://app:swordfish@127.0.0.1:1/shop"

  /// Expects that neither side has anything of pgsyncd's.
  private func expectNothing(on pair: PipelinePair, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let left = try pair.target.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'pgsyncd'")
    #expect(left == [["0"]], "a catalog is left on the target", sourceLocation: sourceLocation)
    let objects = try pair.source.query(
      "SELECT (SELECT count(*) FROM pg_replication_slots), (SELECT count(*) FROM pg_publication)")
    #expect(objects == [["0", "0"]], "a slot or a publication is left on the source", sourceLocation: sourceLocation)
  }

  /// Runs a command and expects an exit code and words on stderr.
  private func expect(
    _ arguments: [String], endsWith code: Int32, saying texts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ended = try Program.run(arguments, within: 30)
    #expect(ended.exitCode == code, "\(arguments): \(ended)", sourceLocation: sourceLocation)
    for text in texts {
      #expect(ended.log.contains(text), "\(text): \(ended)", sourceLocation: sourceLocation)
    }
    #expect(!"\(ended)".contains("swordfish"), "a password is printed: \(ended)", sourceLocation: sourceLocation)
  }

  @Test("servers that are not there, tables that do not exist, and the same database twice leave nothing behind")
  func wrongEnds() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let (source, target) = (pair.source.connectionString(), pair.target.connectionString())
    for command in [["sync", "--once"], ["setup"]] {
      try expect(
        command + ["--source", Self.nobody, "--target", target], endsWith: 1,
        saying: ["127.0.0.1:1", "08001", "source"])
      try expect(
        command + ["--source", source, "--target", Self.nobody], endsWith: 1,
        saying: ["127.0.0.1:1", "08001", "target"])
      try expect(
        command + ["--source", source, "--target", source], endsWith: 64, saying: ["same database"])
      try expect(
        command + ["--tables", "usres", "--source", source, "--target", target], endsWith: 64,
        saying: ["usres", "public.users"])
      try expect(
        command + ["--source", "postgresql://app:swordfish@[x/", "--target", target], endsWith: 64, saying: ["--source"]
      )
      try expect(command + ["--onec", "--source", source, "--target", target], endsWith: 64, saying: ["--onec"])
    }
    try expectNothing(on: pair)
    #expect(try pair.run("setup").exitCode == 0)
    for command in [["status"], ["resume"], ["pause"], ["schema", "diff"]] {
      try expect(
        command + ["--table", "usres", "--source", source, "--target", target], endsWith: 64,
        saying: ["usres", "public.users"])
    }
    try expect(
      ["sync", "--once", "--slot", "other", "--source", source, "--target", target], endsWith: 0, saying: [])
    try expect(
      ["sync", "--once", "--slot", "another", "--source", source, "--target", target], endsWith: 64, saying: ["another"]
    )
  }

  @Test("a wrong password ends with 1 and is shown nowhere; the right one is kept nowhere")
  func passwords() throws {
    let scram = ClusterOptions(authentication: .scram(password: "open sesame"))
    let pair = try PipelinePair(schema: Self.schema, source: scram, target: scram)
    let wrong = pair.source.connectionString(password: "swordfish")
    try expect(
      ["sync", "--once", "--source", wrong, "--target", pair.target.connectionString()], endsWith: 1,
      saying: ["28P01", "password authentication failed"])
    try expect(
      [
        "sync", "--once", "--source", pair.source.connectionString(), "--target",
        pair.target.connectionString(password: "swordfish"),
      ], endsWith: 1, saying: ["28P01"])
    try expectNothing(on: pair)
    let service = try pair.startStreaming("--log-level", "debug")
    defer { service.end() }
    // The password changes while the service runs: what it says when it cannot come back must not tell the old one.
    try pair.source.execute("ALTER ROLE postgres PASSWORD 'open sesame'; INSERT INTO users VALUES (1)")
    try pair.waitForCatchUp()
    let catalog = try pair.target.query(
      "SELECT database_to_xml(true, false, '')::text LIKE '%sesame%'")
    #expect(catalog == [["f"]])
    let status = try pair.run("status", "--json")
    #expect(status.exitCode == 0 && !"\(status)".contains("sesame"))
    #expect(!service.log.contains("sesame"))
    let activity = try pair.source.query(
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%sesame%' AND pid <> pg_backend_pid()")
    #expect(activity == [["0"]])
  }

  @Test("roles that may not: every GRANT that is missing is printed, and these are enough")
  func privileges() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("CREATE ROLE reader LOGIN; CREATE PUBLICATION pgsyncd FOR ALL TABLES")
    try pair.target.execute("CREATE ROLE writer LOGIN")
    let ends = [
      "--source", pair.source.connectionString(user: "reader"), "--target",
      pair.target.connectionString(user: "writer"),
    ]
    let refused = try Program.run(["sync", "--once"] + ends)
    #expect(refused.exitCode == 1, "\(refused)")
    #expect(refused.log.contains("GRANT ") && refused.log.contains("REPLICATION"), "\(refused)")
    #expect(try pair.target.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'pgsyncd'") == [["0"]])
    #expect(try pair.source.query("SELECT count(*) FROM pg_replication_slots") == [["0"]])
    // Each statement is printed on a line of its own, ready to be run.
    for line in refused.log.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
      guard line.hasPrefix("GRANT ") || line.hasPrefix("ALTER ROLE "), line.hasSuffix(";") else { continue }
      try (line.contains("reader") ? pair.source : pair.target).execute(line)
    }
    try pair.source.execute("INSERT INTO users VALUES (1)")
    let granted = try Program.run(["sync", "--once"] + ends)
    #expect(granted.exitCode == 0, "\(granted)")
    try pair.source.execute("INSERT INTO users VALUES (2); DELETE FROM users WHERE id = 1")
    #expect(try Program.run(["sync", "--once"] + ends).exitCode == 0)
    try pair.expectEqual()
  }

  @Test("a source that is not ready, and a target that is not empty, are refused with what to do")
  func notReady() throws {
    let pair = try PipelinePair(
      schema: Self.schema, source: ClusterOptions(settings: ["wal_level": "replica"]))
    let level = try pair.run("sync", "--once")
    #expect(level.exitCode == 1 && level.log.contains("wal_level") && level.log.contains("logical"), "\(level)")
    try expectNothing(on: pair)
    try pair.source.configure(["wal_level": "logical", "max_replication_slots": "1"])
    try pair.source.restart()
    try pair.source.query("SELECT pg_create_physical_replication_slot('taken')")
    let full = try pair.run("sync", "--once")
    #expect(full.exitCode == 1 && full.log.contains("max_replication_slots"), "\(full)")
    try pair.source.query("SELECT pg_drop_replication_slot('taken')")
    try expectNothing(on: pair)

    try pair.target.execute("INSERT INTO orders VALUES (1)")
    let filled = try pair.run("sync", "--once")
    #expect(filled.exitCode == 1, "\(filled)")
    #expect(filled.log.contains("public.orders") && filled.log.contains("--no-copy"), "\(filled)")
    #expect(try pair.source.query("SELECT count(*) FROM pg_replication_slots") == [["0"]])
    #expect(try pair.target.query("SELECT id FROM orders") == [["1"]], "nothing is emptied that was there before")
    try pair.target.execute("TRUNCATE orders")
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.expectEqual()
  }
}
