import Foundation
import PostgresClusters
import Testing

/// Tables that are paused, resumed and looked at, with the service up and down.
@Suite("Pause, resume and status")
struct ResumeTests {
  private static let schema = """
    CREATE TABLE a (id int PRIMARY KEY, v text); CREATE TABLE b (id int PRIMARY KEY, v text);
    CREATE TABLE traffic (id bigserial PRIMARY KEY, v int)
    """

  @Test("pause and resume under traffic lose nothing; a table that is not stopped is said to be so")
  func pauseUnderTraffic() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    let load = try BackgroundSession(
      on: pair.source,
      repeating: """
        BEGIN; INSERT INTO traffic (v) VALUES (0); UPDATE traffic SET v = v + 1 WHERE id = (SELECT max(id) FROM traffic);
        INSERT INTO a SELECT coalesce(max(id), 0) + 1, 'x' FROM a; COMMIT
        """)
    defer { load.stop() }
    let idle = try pair.run("resume", "--table", "traffic", "--wait")
    #expect(idle.exitCode == 0 && idle.output.contains("is not stopped"), "\(idle)")
    for _ in 1...3 {
      let paused = try pair.run("pause", "--table", "traffic")
      #expect(paused.exitCode == 0, "\(paused)")
      #expect(try pair.status(of: "traffic")["status"] as? String == "paused")
      try pair.target.waitFor(
        "something is parked", trueOf: "SELECT coalesce(sum(changes), 0) > 20 FROM pgsyncd.parked_changes")
      let resumed = try pair.run("resume", "--table", "traffic", "--wait")
      #expect(resumed.exitCode == 0, "\(resumed)")
      #expect(try pair.status(of: "traffic")["worker"] as? String == "streaming")
    }
    load.stop()
    try pair.waitForCatchUp()
    try pair.expectEqual()
    #expect(try pair.target.query("SELECT count(*) FROM pgsyncd.parked_changes") == [["0"]])
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("with the service down: blocked is refused with 2, what fits is recorded and carried out at the next start")
  func serviceDown() throws {
    let pair = try PipelinePair(schema: Self.schema)
    #expect(try pair.run("sync", "--once").exitCode == 0)
    #expect(try pair.run("pause", "--table", "b").exitCode == 0)
    try pair.source.execute(
      "ALTER TABLE a ADD COLUMN w int; INSERT INTO a VALUES (1, 'x', 1); INSERT INTO b VALUES (1, 'x')")
    #expect(try pair.run("sync", "--once").exitCode == 2)
    let refused = try pair.run("resume", "--table", "a")
    #expect(refused.exitCode == 2 && refused.output.contains("ALTER TABLE public.a ADD COLUMN w integer"), "\(refused)")
    try pair.target.execute("ALTER TABLE a ADD COLUMN w int")
    let recorded = try pair.run("resume", "--all")
    #expect(recorded.exitCode == 0 && recorded.output.contains("next start"), "\(recorded)")
    #expect(try pair.status(of: "b")["worker"] as? String == "stopped")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.wait(for: "a", toBe: "streaming")
    try pair.wait(for: "b", toBe: "streaming")
    try pair.waitForCatchUp()
    try pair.expectEqual()
  }

  @Test("a table that drifts while it is paused stays stopped at resume, says why, and goes on after the fix")
  func driftWhilePaused() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    #expect(try pair.run("pause", "--table", "a").exitCode == 0)
    try pair.source.execute(
      """
      INSERT INTO a VALUES (1, 'before'); ALTER TABLE a ADD COLUMN w int; INSERT INTO a VALUES (2, 'after', 2);
      UPDATE a SET v = 'seen' WHERE id = 1
      """)
    try pair.waitForCatchUp()
    #expect(try pair.status(of: "a")["parked_changes"] as? Int == 3)
    let blocked = try pair.run("resume", "--table", "a", "--wait")
    #expect(blocked.exitCode == 2 && blocked.output.contains("'w'"), "\(blocked)")
    let status = try pair.status(of: "a")
    #expect(status["status"] as? String == "schema_mismatch" && status["reason"] as? String == "source_added_column")
    try pair.target.execute("ALTER TABLE a ADD COLUMN w int")
    #expect(try pair.run("resume", "--table", "a", "--wait").exitCode == 0)
    try pair.source.execute("INSERT INTO a VALUES (3, 'later', 3)")
    try pair.waitForCatchUp()
    try pair.expectEqual()
  }

  @Test("a transaction that was parked in pieces goes back as it was when the table stops again before it")
  func cutTransactionGoesBack() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    #expect(try pair.run("pause", "--table", "a").exitCode == 0)
    // A TRUNCATE writes out what is there of its transaction, so the chunk of `a` ends before the Commit.
    try pair.source.execute("INSERT INTO a VALUES (1, 'x'); ALTER TABLE a ADD COLUMN w int")
    try pair.source.execute("BEGIN; INSERT INTO a VALUES (2, 'x', 2); INSERT INTO b VALUES (1); TRUNCATE b; COMMIT")
    try pair.source.execute("UPDATE a SET w = 3")
    try pair.waitForCatchUp()
    #expect(try pair.run("resume", "--table", "a", "--wait").exitCode == 2)
    try pair.target.execute("ALTER TABLE a ADD COLUMN w int")
    #expect(try pair.run("resume", "--table", "a", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    try pair.expectEqual()
    #expect(try service.terminate().exitCode == 0)
  }

  @Test(
    "resuming two hundred thousand parked changes while another table goes on; a second drift stops it in their middle")
  func hugeBacklog() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    #expect(try pair.run("pause", "--table", "a").exitCode == 0)
    let load = try BackgroundSession(on: pair.source, repeating: "INSERT INTO traffic (v) VALUES (0)")
    defer { load.stop() }
    for step in 0..<10 {
      try pair.source.execute(
        "INSERT INTO a SELECT g, repeat('x', 50) FROM generate_series(\(step * 10_000), \(step * 10_000 + 9999)) g")
    }
    // In the middle of a transaction, in the middle of what is parked.
    try pair.source.execute(
      """
      BEGIN; INSERT INTO a VALUES (-1, 'last of the old shape'); ALTER TABLE a ADD COLUMN w int;
      INSERT INTO a SELECT g, 'x', g FROM generate_series(100000, 149999) g; COMMIT;
      UPDATE a SET w = 0 WHERE id BETWEEN 0 AND 49999
      """)
    try pair.waitForCatchUp()
    #expect(try pair.status(of: "a")["parked_changes"] as? Int == 200_001)
    let stopped = try pair.run("resume", "--table", "a", "--wait")
    #expect(stopped.exitCode == 2 && stopped.output.contains("'w'"), "\(stopped)")
    #expect(try pair.target.query("SELECT count(*), min(id) FROM a") == [["100001", "-1"]])
    #expect(try pair.status(of: "a")["parked_changes"] as? Int == 100_000)
    try pair.target.execute("ALTER TABLE a ADD COLUMN w int")
    #expect(try pair.run("resume", "--table", "a", "--no-wait").exitCode == 0)
    // New changes still append to what is parked, and the other table is never behind.
    for step in 0..<5 {
      try pair.source.execute("INSERT INTO a VALUES (\(200_000 + step), 'new', 1)")
      try pair.waitForCatchUp()
    }
    try pair.wait(for: "a", toBe: "streaming")
    load.stop()
    try pair.waitForCatchUp()
    try pair.expectEqualSums("a", "traffic")
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("the limit of what is parked: the stream rests, the status says so, and it goes on when the table is resumed")
  func parkingFull() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let file = try TemporaryFile("parking: {max_bytes: 100kB}\n")
    let service = try pair.startStreaming("--config", file.path)
    defer { service.end() }
    #expect(try pair.run("pause", "--table", "a").exitCode == 0)
    // One transaction that is far larger than the limit and than a segment of the stream: parked as a whole.
    try pair.source.execute("INSERT INTO a SELECT g, repeat('x', 200) FROM generate_series(1, 20000) g")
    try service.waitForLog("parking.max_bytes")
    try pair.target.waitFor(
      "the status says that the stream rests", trueOf: "SELECT activity = 'parking_full' FROM pgsyncd.services")
    let status = try pair.run("status", "--json")
    #expect(status.output.contains("parking_full"), "\(status)")
    try pair.source.execute("INSERT INTO b VALUES (1, 'x')")
    #expect(try pair.status(of: "a")["parked_changes"] as? Int == 20_000)
    let before = try pair.target.query("SELECT applied_lsn FROM pgsyncd.progress")
    #expect(try pair.target.query("SELECT count(*) FROM b") == [["0"]], "the stream rests")
    #expect(try pair.run("resume", "--table", "a", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT applied_lsn FROM pgsyncd.progress") != before)
    try pair.expectEqualSums("a", "b")
    #expect(try service.terminate().exitCode == 0)

    #expect(try pair.run("pause", "--table", "a").exitCode == 0)
    try pair.source.execute("UPDATE a SET v = repeat('y', 200)")
    let once = try pair.run("sync", "--once", "--config", file.path)
    #expect(once.exitCode == 2, "\(once)")
  }

  @Test("teardown leaves the tables, and nothing of its own")
  func teardown() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("INSERT INTO a VALUES (1, 'x')")
    let service = try pair.startStreaming()
    defer { service.end() }
    let refused = try pair.run("teardown", "--yes")
    #expect(refused.exitCode == 1, "the service still leads: \(refused)")
    #expect(try service.terminate().exitCode == 0)
    #expect(try pair.run("pause", "--table", "b").exitCode == 0)
    let done = try pair.run("teardown", "--yes")
    #expect(done.exitCode == 0, "\(done)")
    let remains = "SELECT count(*) FROM pg_namespace WHERE nspname = 'pgsyncd'"
    #expect(try pair.target.query(remains) == [["0"]])
    #expect(
      try pair.source.query(
        "SELECT (SELECT count(*) FROM pg_publication), (SELECT count(*) FROM pg_replication_slots)") == [["0", "0"]])
    try pair.expectEqual()
    #expect(try pair.run("status").exitCode == 1)
  }
}
