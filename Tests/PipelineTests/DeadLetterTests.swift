import Foundation
import PostgresClusters
import Testing

/// One transaction that the target does not take is dropped for one table by an operator's leave, and only that.
@Suite("Dropping a transaction")
struct DeadLetterTests {
  @Test("the poison goes to pgsyncd.dead_letters and is listed for ever; what came before and after it is applied")
  func poison() throws {
    let pair = try PipelinePair(
      schema: "CREATE TABLE items (id int PRIMARY KEY, v text); CREATE TABLE others (id int PRIMARY KEY)")
    try pair.target.execute("ALTER TABLE items ADD CHECK (v <> 'poison')")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute("INSERT INTO items VALUES (1, 'before')")
    try pair.source.execute(
      "BEGIN; INSERT INTO items VALUES (2, 'poison'); INSERT INTO items VALUES (3, 'with it'); INSERT INTO others VALUES (1); COMMIT"
    )
    try pair.wait(for: "items", toBe: "stopped")
    try pair.source.execute("INSERT INTO items VALUES (4, 'after'); UPDATE items SET v = 'changed' WHERE id = 1")
    try pair.waitForCatchUp()
    let status = try pair.status(of: "items")
    let lsn = try #require(status["stopped_at_lsn"] as? String)
    for arguments in [["--skip-transaction=nonsense", "--table", "items"], ["--skip-transaction=0/1", "--all"]] {
      #expect(try Program.run(["resume"] + arguments + pair.connection).exitCode == 64)
    }
    let wrong = try pair.run("resume", "--table", "items", "--skip-transaction=0/10")
    #expect(wrong.exitCode == 1 && wrong.log.contains("it stopped at \(lsn)"), "\(wrong)")
    #expect(try pair.target.query("SELECT count(*) FROM pgsyncd.dead_letters") == [["0"]])
    let skipped = try pair.run("resume", "--table", "items", "--skip-transaction=\(lsn)", "--wait")
    #expect(skipped.exitCode == 0, "\(skipped)\n\(service.log)")
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT id, v FROM items ORDER BY id") == [["1", "changed"], ["4", "after"]])
    #expect(try pair.differences("others") == [])
    #expect(
      try pair.target.query(
        "SELECT table_name, commit_lsn::text, changes, dropped_by, length(payload) > 0, error LIKE '%23514%' FROM pgsyncd.dead_letters"
      )
        == [["items", lsn, "2", "postgres", "t", "t"]])
    let after = try pair.status(of: "items")
    let losses = try #require(after["accepted_losses"] as? [[String: Any]]).compactMap { $0["what"] as? String }
    #expect(losses.contains { $0.contains(lsn) && $0.contains("2 change") }, "\(losses)")
    #expect(
      try pair.target.query("SELECT constraint_violation FROM pgsyncd.table_counters ORDER BY 1 DESC LIMIT 1") == [
        ["2"]
      ])
  }

  @Test("a transaction in the midst of a chunk, recorded while the service is down")
  func midst() throws {
    let pair = try PipelinePair(
      schema: "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE items (id int PRIMARY KEY, v text, m mood)")
    let service = try pair.startStreaming()
    try pair.source.execute("INSERT INTO items VALUES (1, repeat('long', 5000), 'sad')")
    try pair.waitForCatchUp()
    #expect(try pair.run("pause", "--table", "items").exitCode == 0)
    // The first one waits to be parked, so that those after it are parked together.
    let blocker = try pair.target.connect()
    try blocker.execute("BEGIN; LOCK TABLE pgsyncd.parked_changes IN SHARE MODE")
    try pair.source.execute("INSERT INTO items VALUES (2, 'kept', 'glad')")
    try pair.target.waitForSession(application: "pgsyncd pgsyncd apply", where: "wait_event_type = 'Lock'")
    for statement in [
      "UPDATE items SET m = 'glad'", "INSERT INTO items VALUES (4, 'kept too', 'sad')",
      "DELETE FROM items WHERE id = 1",
    ] {
      try pair.source.execute(statement)
    }
    try blocker.execute("COMMIT")
    blocker.close()
    try pair.waitForCatchUp()
    try service.terminate()
    let last = try pair.target.query(
      "SELECT last_commit_lsn::text, first_commit_lsn <> last_commit_lsn FROM pgsyncd.parked_changes ORDER BY chunk DESC LIMIT 1"
    )
    #expect(last[0][1] == "t", "several transactions share a chunk")
    let lsn = try #require(last[0][0])
    #expect(try pair.run("resume", "--table", "items", "--skip-transaction=0/20").exitCode == 1)
    #expect(try pair.run("resume", "--table", "items", "--skip-transaction=\(lsn)").exitCode == 0)
    let again = try pair.startStreaming()
    defer { again.end() }
    try pair.wait(for: "items", toBe: "streaming")
    try pair.waitForCatchUp()
    #expect(
      try pair.target.query("SELECT id, length(v), m FROM items ORDER BY id")
        == [["1", "20000", "glad"], ["2", "4", "glad"], ["4", "8", "sad"]], "the DELETE is dropped, and nothing else")
    #expect(try pair.target.query("SELECT changes FROM pgsyncd.dead_letters") == [["1"]])
  }
}
