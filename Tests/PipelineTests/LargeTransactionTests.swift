import Foundation
import PostgresClusters
import Testing

/// Transactions that are too large to be held, which are written and parked in pieces, are still all or nothing.
@Suite("Large transactions")
struct LargeTransactionTests {
  private static let schema = """
    CREATE TABLE fine (id int PRIMARY KEY, v text); CREATE TABLE refused (id int PRIMARY KEY, v text);
    CREATE TABLE overwritten (id int PRIMARY KEY, v text)
    """
  /// Some four megabytes.
  private static func rows(of table: String, from first: Int) -> String {
    "INSERT INTO \(table) SELECT g, repeat('x', 400) FROM generate_series(\(first), \(first + 9_999)) g;"
  }

  @Test("what the target refuses at the end of one stops that table from its beginning; the others have all of it")
  func refusedAtItsEnd() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.target.execute("ALTER TABLE refused ADD CONSTRAINT short CHECK (v <> 'bad')")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.target.execute("INSERT INTO overwritten VALUES (7, 'was here')")
    try pair.source.execute("INSERT INTO refused VALUES (-1, 'before')")
    try pair.source.execute(
      """
      BEGIN; \(Self.rows(of: "fine", from: 0)) \(Self.rows(of: "refused", from: 0))
      INSERT INTO overwritten SELECT g, 'new' FROM generate_series(1, 100) g; INSERT INTO refused VALUES (-2, 'bad');
      \(Self.rows(of: "fine", from: 10_000)) COMMIT
      """)
    try pair.source.execute("INSERT INTO fine VALUES (-1, 'after'); INSERT INTO refused VALUES (-3, 'after')")
    try pair.wait(for: "refused", toBe: "stopped")
    try pair.waitForCatchUp()
    try pair.expectEqualSums("fine", "overwritten")
    #expect(try pair.target.query("SELECT id FROM refused") == [["-1"]])
    let status = try pair.status(of: "refused")
    #expect((status["error"] as? String)?.contains("23514") == true && status["parked_changes"] as? Int == 10_002)

    // Taken up again although nothing has changed: it stops at the same place, and nothing of it is lost.
    let again = try pair.run("resume", "--table", "refused", "--wait")
    #expect(again.exitCode == 2, "\(again)")
    #expect(try pair.status(of: "refused")["parked_changes"] as? Int == 10_002)
    #expect(try pair.target.query("SELECT id FROM refused") == [["-1"]])
    try pair.target.execute("ALTER TABLE refused DROP CONSTRAINT short")
    let resumed = try pair.run("resume", "--table", "refused", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.waitForCatchUp()
    try pair.expectEqualSums("fine", "refused", "overwritten")
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("drift in the middle of one splits it there, and a kill while it is written leaves nothing of it")
  func driftInItsMiddle() throws {
    let pair = try PipelinePair(schema: Self.schema)
    var service = try pair.startStreaming()
    // The service waits for a lock in the middle of the transaction, with pieces of it written.
    let lock = try pair.target.connect()
    defer { lock.close() }
    try lock.execute("BEGIN; LOCK overwritten")
    try pair.source.execute(
      """
      BEGIN; \(Self.rows(of: "fine", from: 0)) \(Self.rows(of: "refused", from: 0))
      INSERT INTO overwritten VALUES (1, 'x'); ALTER TABLE refused ADD COLUMN w int;
      INSERT INTO refused VALUES (-1, 'first of the new shape', 1); \(Self.rows(of: "fine", from: 10_000)) COMMIT
      """)
    try pair.target.waitForSession(application: "pgsyncd pgsyncd apply", where: "wait_event_type = 'Lock'")
    try service.kill()
    try lock.execute("COMMIT")
    #expect(try pair.target.query("SELECT count(*) FROM fine") == [["0"]])
    service = try pair.startStreaming()
    defer { service.end() }
    try pair.wait(for: "refused", toBe: "stopped")
    try pair.waitForCatchUp()
    try pair.expectEqualSums("fine", "overwritten")
    try pair.target.execute("ALTER TABLE refused ADD COLUMN w int")
    let resumed = try pair.run("resume", "--table", "refused", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.waitForCatchUp()
    try pair.expectEqualSums("fine", "refused", "overwritten")
  }

  @Test("one that changes a parked table beyond the limit of parking is parked to its end before the stream rests")
  func parkedBeyondLimit() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let file = try TemporaryFile("parking: {max_bytes: 100kB}\n")
    let service = try pair.startStreaming("--config", file.path)
    defer { service.end() }
    #expect(try pair.run("pause", "--table", "refused").exitCode == 0)
    let before = try pair.target.query("SELECT applied_lsn FROM pgsyncd.progress")
    try pair.source.execute(
      "BEGIN; \(Self.rows(of: "refused", from: 0)) \(Self.rows(of: "fine", from: 0)) INSERT INTO overwritten VALUES (1); COMMIT"
    )
    try service.waitForLog("parking.max_bytes")
    // The position and the data of the whole transaction became visible together.
    #expect(try pair.target.query("SELECT applied_lsn FROM pgsyncd.progress") != before)
    try pair.expectEqualSums("fine", "overwritten")
    #expect(try pair.status(of: "refused")["parked_changes"] as? Int == 10_000)
    try service.kill()
    let restarted = try pair.startStreaming()
    defer { restarted.end() }
    #expect(try pair.run("resume", "--table", "refused", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    try pair.expectEqualSums("fine", "refused", "overwritten")
  }
}
