import Foundation
import PostgresClusters
import Testing

/// Where it cannot be proved that the stream goes on exactly where the target stands, the service refuses or stops,
/// and says what to do.
@Suite("Continuity")
struct ContinuityTests {
  private static let schema = "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int PRIMARY KEY)"

  /// A pipeline that has streamed, and is down.
  private func pipeline() throws -> PipelinePair {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("INSERT INTO t VALUES (1, 'copied')")
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.source.execute("INSERT INTO t VALUES (2, 'streamed')")
    #expect(try pair.run("sync", "--once").exitCode == 0)
    return pair
  }

  /// Expects that the service does not start, says this, and has changed nothing.
  private func expectRefusal(
    _ pair: PipelinePair, saying texts: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let rows = try pair.target.query("SELECT * FROM t ORDER BY id")
    let slots = try pair.source.query("SELECT slot_name, confirmed_flush_lsn FROM pg_replication_slots")
    for arguments in [["sync"], ["sync", "--once"]] {
      let ended = try Program.run(arguments + pair.connection, within: 30)
      #expect(ended.exitCode == 1, "\(ended)", sourceLocation: sourceLocation)
      for text in texts + ["what to do"] {
        #expect(ended.log.contains(text), "\(ended)", sourceLocation: sourceLocation)
      }
    }
    #expect(try pair.target.query("SELECT * FROM t ORDER BY id") == rows, sourceLocation: sourceLocation)
    #expect(
      try pair.source.query("SELECT slot_name, confirmed_flush_lsn FROM pg_replication_slots") == slots,
      sourceLocation: sourceLocation)
  }

  @Test("a slot that is gone, made anew, or moved on by hand is refused")
  func slot() throws {
    let pair = try pipeline()
    try pair.source.execute("INSERT INTO t VALUES (3, 'not delivered')")
    try pair.source.query(
      "SELECT pg_replication_slot_advance('pgsyncd', pg_current_wal_flush_lsn())")
    try expectRefusal(pair, saying: "slot pgsyncd is confirmed up to", "teardown")
    try pair.source.query("SELECT pg_drop_replication_slot('pgsyncd')")
    try expectRefusal(pair, saying: "slot pgsyncd does not exist", "teardown")
    try pair.source.query("SELECT pg_create_logical_replication_slot('pgsyncd', 'pgoutput')")
    try expectRefusal(pair, saying: "slot pgsyncd is confirmed up to", "teardown")
  }

  @Test("a target that was restored to an earlier state, or whose source is another cluster or database, is refused")
  func otherEnds() throws {
    let pair = try pipeline()
    try pair.target.execute("UPDATE pgsyncd.progress SET applied_lsn = applied_lsn - 1000")
    try expectRefusal(pair, saying: "restored")
    try pair.target.execute("UPDATE pgsyncd.progress SET applied_lsn = applied_lsn + 1000")
    let other = try ThrowawayCluster()
    try other.execute(Self.schema + "; CREATE PUBLICATION pgsyncd FOR ALL TABLES")
    for (source, text) in [
      (other.connectionString(), "another cluster"), (pair.source.connectionString(database: "template1"), "database"),
    ] {
      let ended = try Program.run(
        ["sync", "--source", source, "--target", pair.target.connectionString()], within: 30)
      #expect(ended.exitCode == 1 && ended.log.contains(text) && ended.log.contains("--source"), "\(ended)")
    }
    #expect(try pair.run("sync", "--once").exitCode == 0, "with the right ends it goes on")
    try pair.expectEqual()
  }

  @Test("a publication that was dropped or emptied is refused, before a start and under a running service")
  func publication() throws {
    let pair = try pipeline()
    try pair.source.execute("ALTER PUBLICATION pgsyncd DROP TABLE t, u")
    try expectRefusal(pair, saying: "publication pgsyncd sends no table")
    try pair.source.execute("ALTER PUBLICATION pgsyncd ADD TABLE t, u")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute("DROP PUBLICATION pgsyncd; INSERT INTO t VALUES (3, 'x')")
    let ended = try service.wait(within: 30)
    #expect(
      ended.exitCode == 1
        && (ended.log.contains("publication \"pgsyncd\" does not exist") || ended.log.contains("sends no table")),
      "\(ended)")
    try expectRefusal(pair, saying: "publication pgsyncd does not exist")
  }

  @Test("a table that leaves the publication is marked, a table that comes into it is parked from its first change")
  func membership() throws {
    let pair = try pipeline()
    try pair.source.execute("ALTER PUBLICATION pgsyncd DROP TABLE u")
    let warned = try pair.run("sync", "--once")
    #expect(warned.exitCode == 0 && warned.log.contains("publication_gap"), "\(warned)")
    let gap = try pair.status(of: "u")
    #expect(gap["status"] as? String == "needs_repair", "\(gap)")
    #expect((gap["needs_repair"] as? String)?.hasPrefix("publication_gap") == true)

    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      CREATE TABLE fresh (id int PRIMARY KEY, v text); INSERT INTO fresh VALUES (0, 'before it came in');
      ALTER PUBLICATION pgsyncd ADD TABLE fresh;
      BEGIN; INSERT INTO fresh VALUES (1, 'first'); INSERT INTO t VALUES (3, 'beside it'); COMMIT
      """)
    try pair.wait(for: "fresh", toBe: "stopped")
    try pair.waitForCatchUp()
    try pair.expectEqual("t")
    let added = try pair.status(of: "fresh")
    #expect(added["status"] as? String == "schema_mismatch", "\(added)")
    #expect(["table_added", "table_missing"].contains(added["reason"] as? String), "\(added)")
    #expect(added["parked_changes"] as? Int == 1)
    try pair.target.execute("CREATE TABLE fresh (id int PRIMARY KEY, v text)")
    let resumed = try pair.run("resume", "--table", "fresh", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.source.execute("INSERT INTO fresh VALUES (2, 'second')")
    try pair.waitForCatchUp()
    // The row that never came through the stream was copied.
    try pair.expectEqual("t", "fresh")
    #expect(try pair.status(of: "fresh")["status"] as? String == "ok")
  }

  @Test("a table that is created anew under the same name stops; the rows of the old one are not mixed with its own")
  func recreated() throws {
    let pair = try pipeline()
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY, v text); ALTER PUBLICATION pgsyncd ADD TABLE t;
      INSERT INTO t VALUES (1, 'of the new table'); INSERT INTO u VALUES (1)
      """)
    try pair.wait(for: "t", toBe: "stopped")
    try pair.waitForCatchUp()
    try pair.expectEqual("u")
    let status = try pair.status(of: "t")
    #expect(status["reason"] as? String == "table_recreated", "\(status)")
    #expect(status["parked_changes"] as? Int == 1)
    #expect(try pair.target.query("SELECT v FROM t ORDER BY id") == [["copied"], ["streamed"]])
    #expect(try pair.run("resume", "--table", "t", "--wait").exitCode == 2)
    #expect(try service.terminate().exitCode == 0)

    // The same while the service is down.
    try pair.source.execute("DROP TABLE u; CREATE TABLE u (id int PRIMARY KEY); ALTER PUBLICATION pgsyncd ADD TABLE u")
    #expect(try pair.run("sync", "--once").exitCode == 2)
    #expect(try pair.status(of: "u")["reason"] as? String == "table_recreated")
  }

  @Test("a table that is renamed stops with the rename that fixes it, and goes on under its new name")
  func renamed() throws {
    let pair = try pipeline()
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      "INSERT INTO t VALUES (3, 'old name'); ALTER TABLE t RENAME TO \"New t\"; INSERT INTO \"New t\" VALUES (4, 'new name')"
    )
    try pair.target.waitFor(
      "the table stops", trueOf: "SELECT bool_or(state = 'stopped') FROM pgsyncd.tables")
    let stopped = try pair.target.query(
      "SELECT table_name, reason, fix[1] FROM pgsyncd.tables WHERE state = 'stopped'")
    let (name, fix) = (try #require(stopped[0][0]), try #require(stopped[0][2]))
    #expect(stopped[0][1] == "table_renamed")
    #expect(try pair.target.query("SELECT max(id) FROM t") == [["3"]])
    try pair.target.execute(fix)
    let resumed = try pair.run("resume", "--table", "public.\"\(name)\"", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.source.execute("INSERT INTO \"New t\" VALUES (5, 'later')")
    try pair.waitForCatchUp()
    try pair.expectEqual()
  }
}
