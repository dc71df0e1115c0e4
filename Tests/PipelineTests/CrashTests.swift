import Foundation
import PostgresClusters
import Synchronization
import Testing

/// Nothing is lost and nothing is applied twice, whatever dies.
@Suite("Crashes")
struct CrashTests {
  /// A row that is applied twice would show: `events` has no key, and its counter tells every row apart.
  private static let schema = """
    CREATE TABLE events (n bigserial, kind text, payload text);
    ALTER TABLE events REPLICA IDENTITY FULL;
    CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL, note text);
    INSERT INTO accounts SELECT g, 0, NULL FROM generate_series(1, 50) g;
    """

  @Test("twenty kill -9 of the service under load, half of them while a table is stopped or catches up")
  func killService() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE bystander (id int PRIMARY KEY, v text)")
    try pair.source.execute(Self.schema)
    try pair.target.execute(Self.schema + "; TRUNCATE accounts")
    let traffic = try Traffic(on: pair.source)
    defer { traffic.stop() }
    var service = try pair.startStreaming()
    var random = SystemRandomNumberGenerator()
    for round in 1...20 {
      switch round {
      case 6:
        try pair.source.execute("ALTER TABLE accounts ADD COLUMN extra int; UPDATE accounts SET extra = id")
        try pair.wait(for: "accounts", toBe: "stopped")
      case 11:
        try pair.target.execute("ALTER TABLE accounts ADD COLUMN extra int")
        // Killed while it drains: the request is answered when the table begins to catch up.
        let resumed = try pair.run("resume", "--table", "accounts", "--no-wait")
        #expect(resumed.exitCode == 0, "\(resumed)")
      case 14:
        #expect(try pair.run("pause", "--table", "events").exitCode == 0)
      case 17:
        #expect(try pair.run("resume", "--table", "events", "--no-wait").exitCode == 0)
      default: break
      }
      // A moment somewhere in the work: the pipeline has moved on by some hundred kilobytes of the source's log.
      let distance = Int.random(in: 20_000...400_000, using: &random)
      let start = try pair.target.query("SELECT applied_lsn FROM pgsyncd.progress")[0][0] ?? "0/0"
      try pair.target.waitFor(
        "progress in round \(round)",
        trueOf: "SELECT applied_lsn - '\(start)' > \(distance) FROM pgsyncd.progress")
      try service.kill()
      service = try pair.startStreaming()
    }
    traffic.stop()
    try pair.wait(for: "accounts", toBe: "streaming")
    try pair.wait(for: "events", toBe: "streaming")
    try pair.waitForCatchUp()
    #expect(try pair.differences().isEmpty)
    #expect(try pair.target.query("SELECT count(*) - count(DISTINCT n) FROM events") == [["0"]])
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("the target dies and comes back: the service goes on by itself")
  func killTarget() throws {
    let pair = try PipelinePair(target: ClusterOptions(settings: ["fsync": "on"]))
    try pair.source.execute(Self.schema)
    try pair.target.execute(Self.schema + "; TRUNCATE accounts")
    let traffic = try Traffic(on: pair.source)
    defer { traffic.stop() }
    let service = try pair.startStreaming()
    for _ in 1...3 {
      let start = try pair.target.query("SELECT applied_lsn FROM pgsyncd.progress")[0][0] ?? "0/0"
      try pair.target.waitFor("progress", trueOf: "SELECT applied_lsn - '\(start)' > 200000 FROM pgsyncd.progress")
      try pair.target.crash()
      try pair.target.start()
    }
    traffic.stop()
    try pair.waitForCatchUp()
    #expect(try pair.differences().isEmpty)
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("the source dies and comes back: the service goes on by itself")
  func killSource() throws {
    let pair = try PipelinePair()
    try pair.source.execute(Self.schema)
    try pair.target.execute(Self.schema + "; TRUNCATE accounts")
    let service = try pair.startStreaming()
    for round in 1...3 {
      try pair.source.execute("INSERT INTO events (kind) SELECT 'round \(round)' FROM generate_series(1, 1000)")
      try pair.source.crash()
      try pair.source.start()
    }
    try pair.source.execute("UPDATE accounts SET balance = balance + 1")
    try pair.waitForCatchUp()
    #expect(try pair.differences().isEmpty)
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("a second process stands by and takes over when the first one dies")
  func standby() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE t (id int PRIMARY KEY)")
    let first = try pair.startStreaming()
    let second = try pair.startService()
    try pair.target.waitFor(
      "the second process waits",
      trueOf: "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND classid = 1885828473")
    try pair.source.execute("INSERT INTO t VALUES (1)")
    try pair.waitForCatchUp()
    try first.kill()
    try pair.source.execute("INSERT INTO t VALUES (2)")
    try pair.waitForCatchUp()
    #expect(try pair.differences().isEmpty)
    #expect(try second.terminate().exitCode == 0)
  }
}

/// Writes to the source without pause until it is stopped: inserts into a table without a key, updates, deletes, savepoints.
private final class Traffic: Sendable {
  private let isStopped = Atomic(false)
  private let ended = DispatchSemaphore(value: 0)

  init(on cluster: ThrowawayCluster) throws {
    let connection = cluster
    Thread.detachNewThread { [self] in
      defer { ended.signal() }
      guard let session = try? connection.connect() else { return }
      defer { session.close() }
      var step = 0
      while !isStopped.load(ordering: .acquiring) {
        step += 1
        let account = step % 50 + 1
        do {
          try session.execute(
            """
            BEGIN;
            INSERT INTO events (kind, payload) SELECT 'step \(step)', repeat('x', 40) FROM generate_series(1, 5);
            UPDATE accounts SET balance = balance + 1, note = 'step \(step)' WHERE id = \(account);
            SAVEPOINT a; INSERT INTO events (kind) VALUES ('rolled back'); ROLLBACK TO a;
            \(step.isMultiple(of: 7) ? "DELETE FROM events WHERE n = (SELECT min(n) FROM events);" : "")
            COMMIT
            """)
        } catch {
          // The server goes away in some of the tests, and comes back with another session's traffic.
          return
        }
      }
    }
  }

  /// Ends the traffic and waits for its last transaction.
  func stop() {
    guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
    ended.wait()
  }
}
