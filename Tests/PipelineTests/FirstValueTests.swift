import Foundation
import PostgresClusters
import Testing

/// `source_added_columns: stop_on_value`: a column that the target lacks is no matter while it is NULL; the first row with
/// a value is parked with all that follows it, and nothing of it is lost.
@Suite("A new column that stops at its first value")
struct FirstValueTests {
  private static let allowed = #"{"source_added_columns": "stop_on_value"}"#
  private static let tables = ["one", "many", "whole", "keyed", "strict"]
  private static let schema =
    tables.map { "CREATE TABLE \($0) (id int PRIMARY KEY, v text);" }.joined(separator: "\n")
    + "ALTER TABLE whole REPLICA IDENTITY FULL;"

  private static func pair() throws -> PipelinePair {
    let pair = try PipelinePair(schema: schema)
    try pair.setUp(allowing: ["one": allowed, "many": allowed, "whole": allowed, "keyed": allowed])
    return pair
  }

  @Test("rows before it are applied on every write path, that row and the rest are parked, and resuming loses nothing")
  func everyPath() throws {
    let pair = try Self.pair()
    let service = try pair.startStreaming()
    defer { service.end() }
    for table in Self.tables {
      // Single rows, arrays and COPY; then, inside of one transaction, the first value and what follows it.
      try pair.source.execute(
        """
        INSERT INTO \(table) VALUES (1, 'a'), (2, 'b');
        ALTER TABLE \(table) ADD COLUMN extra text;
        INSERT INTO \(table) VALUES (3, 'c');
        INSERT INTO \(table) SELECT g, 'few' FROM generate_series(10, 19) g;
        INSERT INTO \(table) SELECT g, 'copied' FROM generate_series(100, 299) g;
        UPDATE \(table) SET v = v || '!' WHERE id < 20
        """)
    }
    try pair.source.execute(
      """
      BEGIN;
      INSERT INTO one VALUES (1000, 'before'); INSERT INTO many SELECT g, 'before' FROM generate_series(1000, 1099) g;
      UPDATE keyed SET id = 1001 WHERE id = 1; UPDATE whole SET v = 'before' WHERE id = 1;
      INSERT INTO one VALUES (1002, 'first', 'value'); UPDATE many SET extra = 'value' WHERE id BETWEEN 1050 AND 1059;
      UPDATE keyed SET id = 1003, extra = 'value' WHERE id = 2; UPDATE whole SET extra = 'value' WHERE id = 2;
      INSERT INTO one VALUES (1004, 'after'); DELETE FROM many WHERE id = 1000; DELETE FROM keyed WHERE id = 3;
      UPDATE whole SET v = 'after' WHERE id = 3;
      COMMIT
      """)
    try pair.waitForCatchUp()
    // Without the override the new shape itself stops the table.
    #expect(try pair.target.query("SELECT count(*) FROM strict") == [["2"]])
    #expect(try pair.target.query("SELECT count(*), max(id) FROM one") == [["214", "1000"]])
    #expect(try pair.target.query("SELECT count(*), max(id) FROM many") == [["313", "1099"]])
    #expect(try pair.target.query("SELECT array_agg(id) FROM keyed WHERE id < 4 OR id > 1000") == [["{2,3,1001}"]])
    #expect(
      try pair.target.query("SELECT v FROM whole WHERE id < 4 ORDER BY id") == [["before"], ["b!"], ["c!"]])
    let expected = ["one": (2, "id = '1002'"), "many": (11, "id = '1050'"), "keyed": (2, "id = '1003'")]
    for (table, (parked, row)) in expected {
      let status = try pair.status(of: table)
      #expect(status["status"] as? String == "schema_mismatch", "\(status)")
      #expect(status["reason"] as? String == "source_added_column")
      #expect(status["error"] as? String == "Source has new column 'extra' not in target")
      #expect(status["fix"] as? [String] == ["ALTER TABLE public.\(table) ADD COLUMN extra text;"])
      #expect(status["parked_changes"] as? Int == parked, "\(table)")
      #expect(status["stopped_at_row"] as? String == row)
      #expect((status["message"] as? [String])?.contains { $0.contains("stop_on_value") } == true)
    }
    #expect(!service.log.contains("1002"), "no value of a row is in the log")

    // Taken up again as it is, a table stops at the same row.
    let again = try pair.run("resume", "--table", "one", "--wait")
    #expect(again.exitCode == 2, "\(again)")
    #expect(try pair.status(of: "one")["parked_changes"] as? Int == 2)
    for table in Self.tables { try pair.target.execute("ALTER TABLE \(table) ADD COLUMN extra text") }
    let resumed = try pair.run("resume", "--all", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.source.execute("INSERT INTO one VALUES (2000, 'later', 'again')")
    try pair.waitForCatchUp()
    try pair.expectEqual()
    #expect(try pair.status(of: "one")["stopped_at_row"] is NSNull)
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("a target that gets the column before the first value is never stopped")
  func columnComesInTime() throws {
    let pair = try Self.pair()
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute("ALTER TABLE one ADD COLUMN extra text; INSERT INTO one VALUES (1, 'still NULL')")
    try pair.waitForCatchUp()
    #expect(try pair.status(of: "one")["status"] as? String == "warning")
    try pair.target.execute("ALTER TABLE one ADD COLUMN extra text")
    try pair.source.execute("INSERT INTO one VALUES (2, 'b', 'value'), (3, 'c', NULL); UPDATE one SET extra = 'x'")
    try pair.waitForCatchUp()
    try pair.expectEqual("one")
    let status = try pair.status(of: "one")
    #expect(status["status"] as? String == "ok" && status["warnings"] as? [String] == [], "\(status)")
  }

  @Test("in a drain the table stops at the row too, and a kill in between loses nothing")
  func inADrain() throws {
    let pair = try Self.pair()
    var service = try pair.startStreaming()
    #expect(try pair.run("pause", "--table", "many").exitCode == 0)
    try pair.source.execute(
      """
      ALTER TABLE many ADD COLUMN extra text;
      INSERT INTO many SELECT g, repeat('x', 300) FROM generate_series(1, 5000) g;
      BEGIN; INSERT INTO many VALUES (6000, 'before', NULL), (6001, 'first', 'value'), (6002, 'after', NULL); COMMIT;
      INSERT INTO many SELECT g, repeat('x', 300) FROM generate_series(7000, 9000) g
      """)
    try pair.waitForCatchUp()
    let stopped = try pair.run("resume", "--table", "many", "--wait")
    #expect(stopped.exitCode == 2, "\(stopped)")
    #expect(try pair.target.query("SELECT count(*), max(id) FROM many") == [["5001", "6000"]])
    #expect(try pair.status(of: "many")["parked_changes"] as? Int == 2003)
    #expect(try pair.status(of: "many")["stopped_at_row"] as? String == "id = '6001'")
    try service.kill()
    try pair.target.execute("ALTER TABLE many ADD COLUMN extra text")
    // The mismatch is gone, so the start resumes it.
    service = try pair.startStreaming()
    defer { service.end() }
    try pair.wait(for: "many", toBe: "streaming")
    try pair.waitForCatchUp()
    try pair.expectEqual("many")
  }

  @Test("a large transaction that is written in pieces stops in its middle")
  func inALargeTransaction() throws {
    let pair = try Self.pair()
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      BEGIN; ALTER TABLE many ADD COLUMN extra text;
      INSERT INTO many SELECT g, repeat('x', 400) FROM generate_series(1, 10000) g;
      INSERT INTO strict SELECT g, repeat('x', 400) FROM generate_series(1, 10000) g;
      UPDATE many SET extra = 'value' WHERE id = 7000;
      INSERT INTO many SELECT g, repeat('x', 400) FROM generate_series(10001, 20000) g; COMMIT
      """)
    try pair.wait(for: "many", toBe: "stopped")
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT count(*) FROM many") == [["10000"]])
    #expect(try pair.status(of: "many")["parked_changes"] as? Int == 10_001)
    try pair.expectEqualSums("strict")
    try pair.target.execute("ALTER TABLE many ADD COLUMN extra text")
    #expect(try pair.run("resume", "--table", "many", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    try pair.expectEqualSums("many")
  }
}
