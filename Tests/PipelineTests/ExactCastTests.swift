import Foundation
import PostgresClusters
import Testing

/// `type_mismatches: cast_if_exact`: a value that survives the way to the target's type and back goes on; the first that
/// does not stops its table at that row.
@Suite("Casts that go on while they are exact")
struct ExactCastTests {
  private static let allowed = #"{"type_mismatches": "cast_if_exact"}"#
  private static let schema = """
    CREATE TABLE prices (id int PRIMARY KEY, price numeric(10,2), note text);
    CREATE TABLE sizes (id int PRIMARY KEY, size bigint, label text);
    CREATE TABLE moments (id int PRIMARY KEY, at timestamptz(6)); ALTER TABLE moments REPLICA IDENTITY FULL;
    CREATE TABLE strict (id int PRIMARY KEY, price numeric(10,2))
    """
  private static let drift = """
    ALTER TABLE prices ALTER price TYPE integer; ALTER TABLE sizes ALTER size TYPE smallint;
    ALTER TABLE sizes ALTER label TYPE varchar(5); ALTER TABLE moments ALTER at TYPE timestamp(0)
    """

  private static func pair() throws -> PipelinePair {
    let pair = try PipelinePair(schema: schema)
    try pair.setUp(allowing: ["prices": allowed, "sizes": allowed, "moments": allowed])
    return pair
  }

  @Test("exact values go on by every write path; the first inexact one, rounded or refused, stops at its row")
  func everyPath() throws {
    let pair = try Self.pair()
    try pair.target.execute(Self.drift + "; ALTER TABLE strict ALTER price TYPE integer")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      INSERT INTO strict VALUES (1, 5.00); INSERT INTO prices VALUES (1, 5.00), (2, NULL);
      INSERT INTO prices SELECT g, g FROM generate_series(10, 19) g;
      INSERT INTO prices SELECT g, g FROM generate_series(100, 299) g; UPDATE prices SET price = price + 1;
      INSERT INTO sizes SELECT g, g, 'short' FROM generate_series(1, 100) g; UPDATE sizes SET id = -id WHERE id = 1;
      INSERT INTO moments SELECT g, '2026-02-04 20:15:00+00' FROM generate_series(1, 100) g;
      UPDATE moments SET at = at + interval '1 s' WHERE id < 20
      """)
    try pair.waitForCatchUp()
    // Without the override the types alone stop the table, at the start.
    #expect(try pair.status(of: "strict")["reason"] as? String == "unsafe_cast")
    #expect(try pair.target.query("SELECT count(*) FROM strict") == [["0"]])
    #expect(try pair.target.query("SELECT count(*), sum(price) FROM prices") == [["212", "40261"]])
    #expect(try pair.target.query("SELECT count(*), min(id), sum(size) FROM sizes") == [["100", "-1", "5050"]])
    #expect(
      try pair.target.query("SELECT at, count(*) FROM moments GROUP BY 1 ORDER BY 1").map { $0[1] } == ["81", "19"])

    try pair.source.execute(
      """
      BEGIN;
      INSERT INTO prices SELECT g, g FROM generate_series(1000, 1099) g;
      INSERT INTO sizes SELECT g, 7, 'short' FROM generate_series(1000, 1099) g;
      INSERT INTO moments VALUES (1000, '2026-02-04 20:15:01+00');
      UPDATE prices SET price = 19.99 WHERE id = 1050; UPDATE prices SET price = 20 WHERE id = 1050;
      INSERT INTO sizes VALUES (2000, 40000, 'short'); INSERT INTO sizes VALUES (2001, 1, 'too long');
      INSERT INTO moments VALUES (1001, '2026-02-04 20:15:01.5+00'); DELETE FROM moments WHERE id = 1;
      COMMIT;
      INSERT INTO prices VALUES (3000, 1.00)
      """)
    try pair.waitForCatchUp()
    let expected = [
      ("prices", 3, "'price': source numeric(10,2), target integer", "id = '1050'"),
      ("sizes", 2, "'size': source bigint, target smallint", "id = '2000'"),
      ("moments", 2, "'at': source timestamptz(6), target timestamp(0)", nil),
    ]
    for (table, parked, types, row) in expected {
      let status = try pair.status(of: table)
      #expect(status["status"] as? String == "schema_mismatch", "\(status)")
      #expect(status["reason"] as? String == "unsafe_cast")
      #expect((status["error"] as? String)?.contains(types) == true, "\(status)")
      #expect(status["parked_changes"] as? Int == parked, "\(table): \(status)")
      #expect(status["stopped_at_row"] as? String == row)
      #expect((status["message"] as? [String])?.contains { $0.contains("cast_if_exact") } == true)
    }
    #expect(try pair.target.query("SELECT price FROM prices WHERE id = 1050") == [["1050"]])
    #expect(try pair.target.query("SELECT count(*) FROM prices") == [["312"]])
    #expect(try pair.target.query("SELECT count(*), max(id) FROM sizes") == [["200", "1099"]])
    #expect(try pair.target.query("SELECT count(*) FROM moments") == [["101"]])
    for value in ["40000", "too long", "1050"] { #expect(!service.log.contains(value), "\(service.log)") }

    #expect(try pair.run("resume", "--table", "prices").exitCode == 2, "its first parked row is looked at")
    #expect(try pair.status(of: "prices")["parked_changes"] as? Int == 3)
    // Room for one of the two values: the table goes on to the next, and stops there.
    try pair.target.execute("ALTER TABLE sizes ALTER size TYPE bigint")
    #expect(try pair.run("resume", "--table", "sizes", "--wait").exitCode == 2)
    let second = try pair.status(of: "sizes")
    #expect(second["stopped_at_row"] as? String == "id = '2001'" && second["parked_changes"] as? Int == 1, "\(second)")
    #expect((second["error"] as? String)?.contains("'label'") == true)
    try pair.target.execute(
      """
      ALTER TABLE prices ALTER price TYPE numeric(10,2); ALTER TABLE sizes ALTER label TYPE text;
      ALTER TABLE moments ALTER at TYPE timestamptz; ALTER TABLE strict ALTER price TYPE numeric(10,2)
      """)
    let resumed = try pair.run("resume", "--all", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.waitForCatchUp()
    try pair.expectEqual()
    #expect(try service.terminate().exitCode == 0)
  }

  @Test("in a drain and in a large transaction the stop has its place too; a kill in between loses nothing")
  func drainAndLargeTransaction() throws {
    let pair = try Self.pair()
    try pair.target.execute(Self.drift)
    var service = try pair.startStreaming()
    #expect(try pair.run("pause", "--table", "sizes").exitCode == 0)
    try pair.source.execute(
      """
      INSERT INTO sizes SELECT g, 1, 'abc' FROM generate_series(1, 20000) g;
      BEGIN; INSERT INTO sizes SELECT g, 1, 'abc' FROM generate_series(20001, 30000) g;
      INSERT INTO sizes VALUES (-1, 99999, 'abc'), (-2, 1, 'abc'); COMMIT
      """)
    try pair.source.execute(
      """
      BEGIN; INSERT INTO prices SELECT g, 1, repeat('x', 400) FROM generate_series(1, 10000) g;
      INSERT INTO prices VALUES (-1, 0.5); INSERT INTO moments SELECT g FROM generate_series(1, 10) g;
      INSERT INTO prices SELECT g, 1, repeat('x', 400) FROM generate_series(10001, 12000) g; COMMIT
      """)
    try pair.wait(for: "prices", toBe: "stopped")
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT count(*) FROM prices") == [["10000"]])
    #expect(try pair.target.query("SELECT count(*) FROM moments") == [["10"]])
    #expect(try pair.status(of: "prices")["parked_changes"] as? Int == 2001)
    #expect(try pair.run("resume", "--table", "sizes", "--wait").exitCode == 2)
    #expect(try pair.target.query("SELECT count(*) FROM sizes") == [["30000"]])
    #expect(try pair.status(of: "sizes")["stopped_at_row"] as? String == "id = '-1'")
    try service.kill()
    try pair.target.execute("ALTER TABLE prices ALTER price TYPE numeric; ALTER TABLE sizes ALTER size TYPE integer")
    service = try pair.startStreaming()
    defer { service.end() }
    try pair.wait(for: "prices", toBe: "streaming")
    try pair.wait(for: "sizes", toBe: "streaming")
    try pair.waitForCatchUp()
    try pair.expectEqualSums("sizes", "moments")
    #expect(try pair.target.query("SELECT count(*), sum(price) FROM prices") == [["12001", "12000.50"]])
  }

  @Test("a time that the declared zone skips stops its table, until its cast is allowed")
  func skippedTime() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE local (id int PRIMARY KEY, at timestamp, day date)")
    try pair.setUp(allowing: ["local": #"{"timezone": "Europe/Berlin"}"#])
    try pair.target.execute("ALTER TABLE local ALTER at TYPE timestamptz, ALTER day TYPE timestamptz")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      INSERT INTO local VALUES (1, '2026-03-29 01:59:59', '2026-03-29'), (2, '2026-10-25 02:30', NULL), (3, 'infinity', '-infinity');
      BEGIN; INSERT INTO local VALUES (4, '2026-03-29 03:00', NULL), (5, '2026-03-29 02:30', NULL), (6, NULL, NULL); COMMIT
      """)
    try pair.wait(for: "local", toBe: "stopped")
    let status = try pair.status(of: "local")
    #expect(
      status["reason"] as? String == "unsafe_cast" && status["stopped_at_row"] as? String == "id = '5'", "\(status)")
    #expect((status["error"] as? String)?.contains("Europe/Berlin") == true)
    #expect(try pair.target.query("SELECT max(id) FROM local") == [["4"]])
    let again = try pair.run("resume", "--table", "local")
    #expect(again.exitCode == 2, "\(again)")
    let allowed = try pair.run("resume", "--table", "local", "--allow-type-cast=local.at:timestamptz", "--wait")
    #expect(allowed.exitCode == 0, "\(allowed)")
    try pair.waitForCatchUp()
    #expect(
      try pair.target.query("SELECT at AT TIME ZONE 'UTC' FROM local WHERE id IN (1, 5) ORDER BY id") == [
        ["2026-03-29 00:59:59"], ["2026-03-29 01:30:00"],
      ])
    #expect(try pair.target.query("SELECT count(*) FROM local") == [["6"]])
  }
}
