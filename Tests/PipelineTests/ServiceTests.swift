import Foundation
import PostgresClusters
import Testing

/// How the service starts, ends, waits and goes on.
@Suite("The service")
struct ServiceTests {
  private static let schema = "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int PRIMARY KEY)"

  @Test("--once catches up exactly: copies, goes on, ends with an idle source, and with 2 while a table is stopped")
  func once() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("INSERT INTO t SELECT g, 'copied' FROM generate_series(1, 1000) g")
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.expectEqual()
    try pair.source.execute("UPDATE t SET v = 'streamed'; INSERT INTO u SELECT generate_series(1, 1000)")
    let position = try pair.source.currentLSN()
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.expectEqual()
    #expect(
      try pair.source.query(
        "SELECT confirmed_flush_lsn >= '\(position)', active FROM pg_replication_slots") == [["t", "f"]],
      "everything is confirmed when it ends")
    // What concerns no table moves the source's position too, and nothing follows that could be applied.
    try pair.source.execute("CREATE TABLE elsewhere AS SELECT generate_series(1, 1000)")
    for _ in 1...2 { #expect(try pair.run("sync", "--once").exitCode == 0) }
    #expect(try pair.run("pause", "--table", "u").exitCode == 0)
    try pair.source.execute("INSERT INTO u VALUES (0); INSERT INTO t VALUES (0, 'x')")
    let blocked = try pair.run("sync", "--once")
    #expect(blocked.exitCode == 2 && blocked.log.contains("public.u"), "\(blocked)")
    try pair.expectEqual("t")
    #expect(try pair.run("resume", "--table", "u").exitCode == 0)
    #expect(try pair.run("sync", "--once").exitCode == 0, "a recorded request is carried out before the end")
    try pair.expectEqual("t", "u")
  }

  @Test("--until-lsn applies everything before the position and nothing after it, whether or not something follows")
  func untilLSN() throws {
    let pair = try PipelinePair(schema: Self.schema)
    #expect(try pair.run("sync", "--once").exitCode == 0)
    for id in 1...10 { try pair.source.execute("INSERT INTO u VALUES (\(id))") }
    let position = try pair.source.currentLSN().description
    for id in 11...20 { try pair.source.execute("INSERT INTO u VALUES (\(id))") }
    let first = try pair.run("sync", "--until-lsn", position, within: 20)
    #expect(first.exitCode == 0, "\(first)")
    #expect(try pair.target.query("SELECT max(id), count(*) FROM u") == [["10", "10"]])
    // Now a position that no transaction follows.
    let end = try pair.source.currentLSN().description
    let second = try pair.run("sync", "--until-lsn", end, within: 20)
    #expect(second.exitCode == 0, "\(second)")
    try pair.expectEqual()
    #expect(try pair.run("sync", "--until-lsn", position, within: 20).exitCode == 0, "it is there already")
  }

  @Test("--no-copy adopts a slot where it stands, or creates one, and leaves the rows as they are")
  func noCopy() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("INSERT INTO u VALUES (1); CREATE PUBLICATION pgsyncd FOR TABLE t, u")
    try pair.source.query("SELECT pg_create_logical_replication_slot('pgsyncd', 'pgoutput')")
    let confirmed = try pair.source.query("SELECT confirmed_flush_lsn FROM pg_replication_slots")
    try pair.source.execute("INSERT INTO u VALUES (2)")
    try pair.target.execute("INSERT INTO u VALUES (1)")
    let adopted = try pair.run("sync", "--no-copy", "--until-lsn", "0/1")
    #expect(adopted.exitCode == 0, "\(adopted)")
    #expect(try pair.target.query("SELECT applied_lsn FROM pgsyncd.progress") == confirmed)
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.expectEqual()
    #expect(try pair.run("teardown", "--yes").exitCode == 0)

    // Without a slot: the operator says that both sides are equal now.
    #expect(try pair.run("sync", "--no-copy", "--once").exitCode == 0)
    try pair.source.execute("INSERT INTO u VALUES (3)")
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.expectEqual()
  }

  @Test("SIGTERM under load ends within ten seconds with 0, nothing is lost, and the next start goes on")
  func terminate() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("INSERT INTO u SELECT generate_series(1, 5)")
    let load = try BackgroundSession(
      on: pair.source, repeating: "INSERT INTO t SELECT coalesce(max(id), 0) + 1, 'x' FROM t; UPDATE u SET id = -id")
    defer { load.stop() }
    for _ in 1...3 {
      let service = try pair.startStreaming()
      let start = try pair.target.query("SELECT applied_lsn FROM pgsyncd.progress")[0][0] ?? "0/0"
      try pair.target.waitFor(
        "the load arrives", trueOf: "SELECT applied_lsn - '\(start)' > 50000 FROM pgsyncd.progress")
      let ended = try service.terminate(within: 10)
      #expect(ended.exitCode == 0, "\(ended)")
      #expect(
        try pair.source.query("SELECT confirmed_flush_lsn FROM pg_replication_slots")
          == pair.target.query("SELECT applied_lsn FROM pgsyncd.progress"), "what is applied is confirmed at the end")
    }
    load.stop()
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.expectEqual()
  }

  @Test("a lock on the target: keepalives are answered while it lasts, SIGTERM ends in time, a second one at once")
  func targetLocked() throws {
    let pair = try PipelinePair(
      schema: Self.schema, source: ClusterOptions(settings: ["wal_sender_timeout": "2s"]))
    var service = try pair.startStreaming()
    let waiting = "wait_event_type = 'Lock'"
    let lock = try pair.target.connect()
    defer { lock.close() }
    let walSender = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walsender'"
    let before = try pair.source.query(walSender)
    try lock.execute("BEGIN; LOCK t")
    try pair.source.execute("INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 1000) g")
    // Three times the walsender's patience.
    try pair.target.waitForSession(
      application: "pgsyncd pgsyncd apply", where: "\(waiting) AND clock_timestamp() - query_start > interval '6 s'")
    try lock.execute("COMMIT")
    try pair.waitForCatchUp()
    #expect(try pair.source.query(walSender) == before, "the source's walsender is still the same")
    try pair.expectEqual()

    try lock.execute("BEGIN; LOCK t")
    try pair.source.execute("UPDATE t SET v = 'y'")
    try pair.target.waitForSession(application: "pgsyncd pgsyncd apply", where: waiting)
    let ended = try service.terminate(within: 10)
    #expect(ended.exitCode == 0, "\(ended)")

    service = try pair.startStreaming()
    try pair.target.waitForSession(application: "pgsyncd pgsyncd apply", where: waiting)
    kill(service.processIdentifier, SIGTERM)
    try service.waitForLog("a second signal ends it at once")
    kill(service.processIdentifier, SIGTERM)
    #expect(try service.wait(within: 5).exitCode == 1)
    try lock.execute("COMMIT")
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.expectEqual()
  }

  @Test("a full queue: while the target is locked longer than the walsender's patience, the connection stays")
  func queueFull() throws {
    let pair = try PipelinePair(
      schema: Self.schema, source: ClusterOptions(settings: ["wal_sender_timeout": "2s"]))
    let file = try TemporaryFile("apply: {memory: 16MB, max_batch_bytes: 1MB}\n")
    let service = try pair.startStreaming("--config", file.path)
    defer { service.end() }
    let lock = try pair.target.connect()
    defer { lock.close() }
    try lock.execute("BEGIN; LOCK t")
    let walSender = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walsender'"
    let before = try pair.source.query(walSender)
    for step in 0..<40 {
      try pair.source.execute(
        "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(\(step * 1000), \(step * 1000 + 999)) g")
    }
    try pair.target.waitForSession(
      application: "pgsyncd pgsyncd apply",
      where: "wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '6 s'")
    #expect(
      try pair.source.query("SELECT pg_current_wal_lsn() - sent_lsn > 1000000 FROM pg_stat_replication") == [["t"]],
      "the queue is full: the source could not send it all")
    try lock.execute("COMMIT")
    try pair.waitForCatchUp()
    #expect(try pair.source.query(walSender) == before)
    try pair.expectEqualSums("t")
  }

  @Test("a transaction of two hundred thousand rows stays within the memory budget")
  func memory() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute("INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 200000) g")
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT count(*), sum(length(v)) FROM t") == [["200000", "200000000"]])
    let peak = try service.peakResidentMebibytes()
    #expect(peak < 320, "the peak was \(peak) MiB")
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("a first copy that was killed is begun anew at the next start")
  func killedCopy() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute(
      "INSERT INTO t SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g; INSERT INTO u SELECT generate_series(1, 10)"
    )
    // The copy of one table waits for a lock on the target while the other one is complete.
    let lock = try pair.target.connect()
    defer { lock.close() }
    try lock.execute("BEGIN; LOCK u IN SHARE MODE")
    let service = try pair.startService()
    try pair.target.waitFor(
      "the copy waits for the locked table",
      trueOf: "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'u'::regclass AND NOT granted)")
    try service.kill()
    try lock.execute("COMMIT")
    try pair.source.execute("UPDATE u SET id = id + 100; DELETE FROM t WHERE id < 100")
    #expect(try pair.run("sync", "--once").exitCode == 0)
    try pair.expectEqualSums("t", "u")
    #expect(try pair.source.query("SELECT count(*) FROM pg_replication_slots") == [["1"]])
  }
}
