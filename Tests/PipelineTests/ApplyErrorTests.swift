import Foundation
import PostgresClusters
import Testing

/// A change that the target refuses stops its table alone, with the reason; removing the cause and resuming loses nothing.
@Suite("Changes that the target refuses")
struct ApplyErrorTests {
  @Test("every kind of refusal in one transaction stops its own table there, and nothing else")
  func refusals() throws {
    let pair = try PipelinePair(
      schema: """
        CREATE TYPE mood AS ENUM ('sad', 'happy');
        CREATE DOMAIN small_number AS int;
        CREATE TABLE taken (id int PRIMARY KEY, code int);
        CREATE TABLE checked (id int PRIMARY KEY, v int);
        CREATE TABLE stricter (id int PRIMARY KEY, v int);
        CREATE TABLE labelled (id int PRIMARY KEY, v mood);
        CREATE TABLE ranged (id int PRIMARY KEY, v small_number);
        CREATE TABLE fine (id int PRIMARY KEY, v int);
        """)
    try pair.target.execute(
      """
      CREATE UNIQUE INDEX taken_code ON taken (code);
      ALTER TABLE checked ADD CONSTRAINT never_negative CHECK (v >= 0);
      ALTER TABLE stricter ALTER v SET NOT NULL;
      """)
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      INSERT INTO taken VALUES (1, 7); INSERT INTO checked VALUES (1, 1); INSERT INTO stricter VALUES (1, 1);
      INSERT INTO labelled VALUES (1, 'sad'); INSERT INTO ranged VALUES (1, 1); INSERT INTO fine VALUES (1, 1)
      """)
    try pair.waitForCatchUp()
    try pair.expectEqual()
    try pair.source.execute("ALTER TYPE mood ADD VALUE 'torn'")
    try pair.target.execute("ALTER DOMAIN small_number ADD CONSTRAINT one_digit CHECK (VALUE < 10)")
    // Each table has a change that would be accepted before the one that is not: both belong to one transaction.
    try pair.source.execute(
      """
      BEGIN;
      INSERT INTO taken VALUES (2, 8), (3, 7); INSERT INTO fine VALUES (2, 2);
      INSERT INTO checked VALUES (2, 2); UPDATE checked SET v = -1 WHERE id = 1; INSERT INTO fine VALUES (3, 3);
      INSERT INTO stricter VALUES (2, 2), (3, NULL);
      INSERT INTO labelled VALUES (2, 'happy'), (3, 'torn');
      INSERT INTO ranged VALUES (2, 2), (3, 12); UPDATE fine SET v = 0 WHERE id = 1;
      COMMIT
      """)
    try pair.waitForCatchUp()
    try pair.expectEqual("fine")
    let states = ["taken": "23505", "checked": "23514", "stricter": "23502", "ranged": "23514"]
    var positions: Set<String> = []
    for (table, sqlState) in states {
      let status = try pair.status(of: table)
      #expect(status["status"] as? String == "apply_error", "\(status)")
      #expect(status["reason"] as? String == "apply_error")
      #expect((status["error"] as? String)?.contains("SQLSTATE \(sqlState)") == true, "\(status)")
      #expect(status["parked_changes"] as? Int == 2, "parked from the beginning of the transaction: \(status)")
      positions.insert(try #require(status["stopped_at_lsn"] as? String))
    }
    let labelled = try pair.status(of: "labelled")
    #expect(labelled["worker"] as? String == "stopped")
    // No RELATION tells of a label; the refusal makes the two schemas be compared.
    #expect(labelled["reason"] as? String == "source_enum_label", "\(labelled)")
    #expect((labelled["fix"] as? [String])?.first?.contains("'torn'") == true, "\(labelled)")
    #expect(labelled["parked_changes"] as? Int == 2)
    positions.insert(try #require(labelled["stopped_at_lsn"] as? String))
    #expect(positions.count == 1, "all stop at the same transaction: \(positions)")
    #expect(service.log.contains("23505"), "\(service.log)")
    #expect(!service.log.contains("(code)=(7)"), "no values in the log: \(service.log)")

    // The causes are removed one by one on the side where they are; everything else has gone on meanwhile.
    try pair.source.execute("UPDATE taken SET code = 9 WHERE id = 1; INSERT INTO fine VALUES (4, 4)")
    try pair.target.execute(
      """
      DROP INDEX taken_code; ALTER TABLE checked DROP CONSTRAINT never_negative;
      ALTER TABLE stricter ALTER v DROP NOT NULL; ALTER TYPE mood ADD VALUE 'torn';
      ALTER DOMAIN small_number DROP CONSTRAINT one_digit
      """)
    let resumed = try pair.run("resume", "--all", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.waitForCatchUp()
    try pair.expectEqual()
    #expect(try pair.target.query("SELECT DISTINCT state FROM pgsyncd.tables") == [["streaming"]])
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("a resume whose cause is still there stops the table again at the same change")
  func causeRemains() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE t (id int PRIMARY KEY, v int); CREATE TABLE fine (id int)")
    try pair.target.execute("ALTER TABLE t ADD CONSTRAINT c CHECK (v < 5)")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute("INSERT INTO t SELECT g, g FROM generate_series(1, 3) g")
    try pair.source.execute("INSERT INTO t VALUES (5, 5)")
    try pair.source.execute("INSERT INTO t VALUES (4, 4)")
    try pair.wait(for: "t", toBe: "stopped")
    try pair.waitForCatchUp()
    let stopped = try pair.status(of: "t")
    let again = try pair.run("resume", "--table", "t", "--wait")
    #expect(again.exitCode == 2 && again.output.contains("23514"), "\(again)")
    let status = try pair.status(of: "t")
    #expect(status["parked_changes"] as? Int == 2, "\(status)")
    #expect(status["stopped_at_lsn"] as? String == stopped["stopped_at_lsn"] as? String)
    #expect(try pair.target.query("SELECT count(*) FROM t") == [["3"]])
    try pair.target.execute("ALTER TABLE t DROP CONSTRAINT c")
    #expect(try pair.run("resume", "--table", "t", "--wait").exitCode == 0)
    try pair.source.execute("INSERT INTO t VALUES (6, 6)")
    try pair.waitForCatchUp()
    try pair.expectEqual()
  }

  @Test("the operator changes the target under traffic: what still fits goes on, what does not stops alone")
  func operatorChangesTarget() throws {
    let pair = try PipelinePair(
      schema: """
        CREATE TABLE widened (id int PRIMARY KEY, v int);
        CREATE TABLE narrowed (id int PRIMARY KEY, v text, w text);
        CREATE TABLE dropped (id int PRIMARY KEY, v text);
        CREATE TABLE fine (id int PRIMARY KEY, v int);
        """)
    let service = try pair.startStreaming()
    defer { service.end() }
    func write(_ id: Int) throws {
      try pair.source.execute(
        """
        BEGIN; INSERT INTO widened VALUES (\(id), 1); UPDATE widened SET v = v + 1;
        INSERT INTO narrowed VALUES (\(id), 'v', 'w'); INSERT INTO dropped VALUES (\(id), 'v');
        INSERT INTO fine VALUES (\(id), 1); UPDATE fine SET v = v + 1; COMMIT
        """)
    }
    for id in 1...10 { try write(id) }
    try pair.waitForCatchUp()
    try pair.target.execute("ALTER TABLE widened ALTER id TYPE bigint, ALTER v TYPE bigint")
    for id in 11...20 { try write(id) }
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT DISTINCT state FROM pgsyncd.tables") == [["streaming"]])
    let sums = "SELECT sum(id), sum(v) FROM widened"
    #expect(try pair.target.query(sums) == pair.source.query(sums))

    try pair.target.execute("ALTER TABLE narrowed DROP COLUMN w; DROP TABLE dropped")
    for id in 21...30 { try write(id) }
    try pair.wait(for: "narrowed", toBe: "stopped")
    try pair.wait(for: "dropped", toBe: "stopped")
    try pair.waitForCatchUp()
    try pair.expectEqual("fine")
    #expect(try pair.status(of: "narrowed")["reason"] as? String == "source_added_column")
    let dropped = try pair.status(of: "dropped")
    #expect(dropped["reason"] as? String == "table_missing")
    #expect(dropped["parked_changes"] as? Int == 10)
    // Both are put back from what was there before, by hand; then everything that was parked follows.
    try pair.target.execute(
      """
      ALTER TABLE narrowed ADD COLUMN w text; UPDATE narrowed SET w = 'w';
      CREATE TABLE dropped (id int PRIMARY KEY, v text); INSERT INTO dropped SELECT g, 'v' FROM generate_series(1, 20) g
      """)
    let resumed = try pair.run("resume", "--all", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.waitForCatchUp()
    try pair.expectEqual("narrowed", "dropped", "fine")
    let other = try pair.status(of: "dropped")
    #expect((other["needs_repair"] as? String)?.hasPrefix("existing_rows") == true, "nobody vouches for it: \(other)")
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("rows that are not as expected: a taken key is overwritten, a missing row is counted, both are said")
  func unexpectedRows() throws {
    let pair = try PipelinePair(
      schema: "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int PRIMARY KEY)")
    try pair.source.execute("INSERT INTO u SELECT generate_series(1, 5)")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.target.execute("INSERT INTO t VALUES (1, 'was here'), (2, 'as well'); DELETE FROM u WHERE id IN (3, 4)")
    try pair.source.execute("INSERT INTO t SELECT g, 'new' FROM generate_series(1, 100) g")
    try pair.source.execute("DELETE FROM u WHERE id = 3; UPDATE u SET id = 40 WHERE id = 4")
    try pair.waitForCatchUp()
    try pair.expectEqual("t")
    #expect(service.log.contains("insert_exists") && service.log.contains("row_missing"), "\(service.log)")
    try pair.target.waitFor(
      "the counters are stored",
      trueOf: "SELECT sum(insert_exists) = 2 AND sum(row_missing) = 2 FROM pgsyncd.table_counters")
    let (inserted, missed) = (try pair.status(of: "t"), try pair.status(of: "u"))
    #expect((inserted["rows"] as? [String: Any])?["insert_exists"] as? Int == 2, "\(inserted)")
    #expect(inserted["worker"] as? String == "streaming")
    #expect(missed["status"] as? String == "needs_repair", "\(missed)")
    #expect((missed["needs_repair"] as? String)?.hasPrefix("row_missing") == true)
  }
}
