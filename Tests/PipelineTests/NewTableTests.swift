import PostgresClusters
import Testing

/// Tables that come into being while the service runs.
@Suite("New tables")
struct NewTableTests {
  private static let schema = "CREATE TABLE old (id int PRIMARY KEY, v text)"
  private static let fresh = "CREATE TABLE fresh (id int PRIMARY KEY, v text)"

  @Test("stop: added to the publication, parked from the first change; resume copies what was there before")
  func stop() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startWatching()
    defer { service.end() }
    // In a publication it would refuse UPDATE and DELETE.
    try pair.source.execute("CREATE TABLE keyless (v int)")
    try service.waitForLog("public.keyless is new on the source and is not added to the publication")
    try pair.source.execute("INSERT INTO keyless VALUES (1); UPDATE keyless SET v = 2; DROP TABLE keyless")
    try pair.source.execute(Self.fresh + "; INSERT INTO fresh VALUES (1, 'before'), (2, 'before')")
    try pair.wait(for: "fresh", toStopFor: "table_added")
    #expect(
      try pair.source.query("SELECT count(*) FROM pg_publication_tables WHERE tablename = 'fresh'") == [["1"]])
    try pair.source.execute("UPDATE fresh SET v = 'changed' WHERE id = 1; INSERT INTO fresh VALUES (3, 'after')")
    try pair.source.execute("INSERT INTO old VALUES (1, 'beside')")
    try pair.waitForCatchUp()
    try pair.expectEqual("old")
    let status = try pair.status(of: "fresh")
    #expect(status["parked_changes"] as? Int == 2, "\(status)")
    let fix = try #require(status["fix"] as? [String])
    #expect(fix.first?.hasPrefix("CREATE TABLE") == true, "\(status)")
    #expect(try pair.run("resume", "--table", "fresh", "--wait").exitCode == 2)
    for statement in fix { try pair.target.execute(statement) }
    let resumed = try pair.run("resume", "--table", "fresh", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.source.execute("INSERT INTO fresh VALUES (4, 'streamed')")
    try pair.waitForCatchUp()
    try pair.expectEqual()
    #expect(try pair.condition(of: "fresh") == ["streaming", nil, nil])
  }

  @Test("copy: a table that the target has is copied and streams by itself, also if it came while nothing ran")
  func copy() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startWatching("new_tables: copy")
    defer { service.end() }
    try pair.target.execute(Self.fresh)
    try pair.source.execute(
      Self.fresh
        + "; INSERT INTO fresh SELECT g, 'before' FROM generate_series(1, 1000) g; DELETE FROM fresh WHERE id = 5")
    try pair.wait(for: "fresh", toBe: "streaming")
    try pair.source.execute("INSERT INTO fresh VALUES (2000, 'after')")
    try pair.waitForCatchUp()
    try pair.expectEqual()
    #expect(try pair.condition(of: "fresh") == ["streaming", nil, nil])
    #expect(try service.terminate().exitCode == 0)

    let later = "CREATE TABLE later (id int PRIMARY KEY, v text)"
    try pair.source.execute(later + "; INSERT INTO later VALUES (1, 'while nothing ran')")
    try pair.target.execute(later)
    let again = try pair.startWatching("new_tables: copy")
    defer { again.end() }
    try pair.wait(for: "later", toBe: "streaming")
    try pair.source.execute("INSERT INTO later VALUES (2, 'after')")
    try pair.waitForCatchUp()
    try pair.expectEqual()
    // Nobody has asked to replace rows of the target.
    try pair.target.execute("CREATE TABLE taken (id int PRIMARY KEY); INSERT INTO taken VALUES (1)")
    try pair.source.execute("CREATE TABLE taken (id int PRIMARY KEY); INSERT INTO taken VALUES (2)")
    try pair.wait(for: "taken", toBe: "stopped")
    #expect(try pair.target.query("SELECT id FROM taken") == [["1"]])
  }

  @Test("ignore: left out, said once, and in nobody's way")
  func ignore() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("CREATE PUBLICATION pgsyncd FOR ALL TABLES")
    let service = try pair.startWatching("new_tables: ignore")
    defer { service.end() }
    try pair.source.execute(Self.fresh + "; INSERT INTO fresh VALUES (1, 'a')")
    try service.waitForLog("public.fresh is new on the source and is left out")
    try pair.source.execute("INSERT INTO fresh VALUES (2, 'b'); INSERT INTO old VALUES (1, 'beside')")
    try pair.waitForCatchUp()
    try pair.expectEqual("old")
    #expect(try pair.target.query("SELECT count(*) FROM pgsyncd.tables") == [["1"]])
    #expect(service.log.components(separatedBy: "is left out").count == 2, "\(service.log)")
  }

  @Test("a role that may not add a table prints the statement; a publication that somebody made stays as it is")
  func mayNot() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(
      """
      CREATE ROLE reader LOGIN REPLICATION; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
      CREATE PUBLICATION pgsyncd FOR TABLE old
      """)
    let file = try TemporaryFile("schema: {validation_interval: 200ms}\nhttp: {listen: \"off\"}\n")
    func start(_ arguments: String...) throws -> Program {
      let service = try Program(
        [
          "sync", "--config", file.path, "--source", pair.source.connectionString(user: "reader"), "--target",
          pair.target.connectionString(),
        ] + arguments)
      try pair.target.waitFor("the catalog is there", trueOf: "SELECT to_regclass('pgsyncd.services') IS NOT NULL")
      try pair.target.waitFor("it streams", trueOf: "SELECT bool_or(activity = 'streaming') FROM pgsyncd.services")
      return service
    }
    let service = try start("--tables", "public.*")
    defer { service.end() }
    try pair.source.execute(Self.fresh)
    try service.waitForLog("ALTER PUBLICATION pgsyncd ADD TABLE ONLY public.fresh;")
    try pair.source.execute("ALTER PUBLICATION pgsyncd ADD TABLE ONLY public.fresh")
    try pair.wait(for: "fresh", toStopFor: "table_added")
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("auto_resume: a table that its schema has stopped goes on as soon as the target is right")
  func autoResume() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startWatching("auto_resume: true")
    defer { service.end() }
    try pair.source.execute("ALTER TABLE old ADD COLUMN w int; INSERT INTO old VALUES (1, 'a', 2)")
    try pair.wait(for: "old", toStopFor: "source_added_column")
    try pair.target.execute("ALTER TABLE old ADD COLUMN w int")
    try pair.wait(for: "old", toBe: "streaming")
    try pair.waitForCatchUp()
    try pair.expectEqual()
    // A table that the operator has stopped stays as it is.
    #expect(try pair.run("pause", "--table", "old").exitCode == 0)
    try pair.wait(for: "old", toBe: "stopped")
    try pair.target.execute("ALTER TABLE old ADD COLUMN x int; ALTER TABLE old DROP COLUMN x")
    try pair.source.execute("CREATE TABLE mark (id int PRIMARY KEY)")
    try pair.wait(for: "mark", toStopFor: "table_added")
    #expect(try pair.condition(of: "old")[0] == "stopped")
  }
}
