import Foundation
import PostgresClusters
import Testing

/// Tables that are not built alike on both sides, and tables of unusual shape.
@Suite("Shapes of tables")
struct ShapeTests {
  @Test("a change that the source's catalog does not show yet stops its table all the same")
  func catalogBehindTheStream() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE t (id int PRIMARY KEY)")
    let service = try pair.startStreaming()
    defer { service.end() }
    // A commit goes into the stream when it is in the log, and becomes visible when the standby has it too: never.
    try pair.source.configure(["synchronous_standby_names": "nobody"])
    try pair.source.reload()
    let ended = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      defer { ended.signal() }
      try? pair.source.execute("ALTER TABLE t ADD COLUMN v text; INSERT INTO t VALUES (1, 'kept')")
    }
    defer { ended.wait() }
    do {
      defer {
        try? pair.source.configure(["synchronous_standby_names": nil])
        try? pair.source.reload()
      }
      try pair.wait(for: "t", toBe: "stopped")
      let waiting = try pair.source.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
      #expect(waiting == [["1"]], "the source does not show the change yet")
    }
    #expect(try pair.status(of: "t")["reason"] as? String == "source_added_column")
    try pair.target.execute("ALTER TABLE t ADD COLUMN v text")
    #expect(try pair.run("resume", "--table", "t", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [])
  }

  @Test("the target may have wider types, further columns and another order of columns")
  func differentTarget() throws {
    let pair = try PipelinePair()
    try pair.source.execute(
      """
      CREATE TABLE t (id int PRIMARY KEY, small int2, short varchar(10), padded char(4), amount numeric(6,2), r real, d date,
        ints int[], bits varbit(4));
      CREATE TABLE f (id int, short varchar(10), r real);
      ALTER TABLE f REPLICA IDENTITY FULL;
      """)
    try pair.target.execute(
      """
      CREATE TABLE t (extra text DEFAULT 'own', bits varbit(9), ints bigint[], d timestamp, r float8, amount numeric(12,4),
        padded text, short varchar(20), small bigint, id bigint PRIMARY KEY, computed bigint GENERATED ALWAYS AS (id * 2) STORED);
      CREATE TABLE f (r float8, short text, id bigint, extra int);
      """)
    let row = "(g - 5)::int2, 'v' || g, 'p', g / 7.0, g / 3.0, date '2024-02-28' + g, ARRAY[g, NULL], B'101'"
    try pair.source.execute("INSERT INTO t SELECT g, \(row) FROM generate_series(1, 9) g")
    let service = try pair.startStreaming()
    defer { service.end() }
    let rows = "SELECT id, small, short, padded, amount::numeric(6,2), r::real, d::date, ints, bits FROM t ORDER BY id"
    for (first, last) in [(10, 12), (20, 40), (100, 160)] {
      try pair.source.execute("INSERT INTO t SELECT g, \(row) FROM generate_series(\(first), \(last)) g")
      try pair.waitForCatchUp()
    }
    try pair.source.execute("INSERT INTO f SELECT g, 'v', g / 3.0 FROM generate_series(1, 9) g")
    try pair.source.execute(
      """
      UPDATE t SET id = id + 1000, short = 'key' WHERE id < 4; UPDATE t SET small = 7 WHERE id > 30;
      DELETE FROM t WHERE id % 4 = 1; UPDATE f SET short = 'new' WHERE id > 3; DELETE FROM f WHERE id = 8
      """)
    try pair.waitForCatchUp()
    #expect(try pair.source.query(rows) == pair.target.query(rows), "\(service.log)")
    let full = "SELECT id, short, r::real FROM f ORDER BY id"
    #expect(try pair.source.query(full) == pair.target.query(full))
    #expect(try pair.target.query("SELECT DISTINCT extra FROM t") == [["own"]], "what only the target has stays")
    #expect(try pair.target.query("SELECT DISTINCT state FROM pgsyncd.tables") == [["streaming"]])
  }

  @Test("tables without columns and tables with three hundred are tables like others")
  func fewAndManyColumns() throws {
    let columns = (1...300).map { "\"column \($0)\" \($0.isMultiple(of: 3) ? "text" : "int")" }.joined(separator: ", ")
    let values = (1...300).map { $0.isMultiple(of: 7) ? "NULL" : $0.isMultiple(of: 3) ? "'v' || g" : "g + \($0)" }
      .joined(separator: ", ")
    let pair = try PipelinePair(
      schema: """
        CREATE TABLE none (); CREATE TABLE none_full (); ALTER TABLE none_full REPLICA IDENTITY FULL;
        CREATE TABLE wide (id int PRIMARY KEY, \(columns));
        CREATE TABLE wide_full (id int, \(columns)); ALTER TABLE wide_full REPLICA IDENTITY FULL;
        """)
    try pair.source.execute(
      "INSERT INTO none DEFAULT VALUES; INSERT INTO wide SELECT g, \(values) FROM generate_series(1, 9) g")
    let service = try pair.startStreaming()
    defer { service.end() }
    for (first, last) in [(10, 12), (20, 40), (100, 160)] {
      try pair.source.execute(
        """
        INSERT INTO wide SELECT g, \(values) FROM generate_series(\(first), \(last)) g;
        INSERT INTO none SELECT FROM generate_series(\(first), \(last));
        INSERT INTO none_full SELECT FROM generate_series(\(first), \(last))
        """)
      try pair.waitForCatchUp()
    }
    try pair.source.execute(
      """
      UPDATE wide SET "column 300" = 'x', "column 65" = -1 WHERE id > 30; UPDATE wide SET id = -id WHERE id < 3;
      INSERT INTO wide_full SELECT g, \(values) FROM generate_series(1, 5) g; UPDATE wide_full SET "column 129" = NULL WHERE id = 2;
      DELETE FROM wide WHERE id = 20; DELETE FROM wide_full WHERE id = 3;
      DELETE FROM none_full WHERE ctid IN (SELECT ctid FROM none_full LIMIT 3)
      """)
    try pair.waitForCatchUp()
    #expect(try pair.differences("wide", "wide_full") == [], "\(service.log)")
    for table in ["none", "none_full"] {
      let count = "SELECT count(*) FROM \(table)"
      #expect(try pair.source.query(count) == pair.target.query(count), "\(table)")
    }
    try pair.source.execute("TRUNCATE none")
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT count(*) FROM none") == [["0"]])
  }

  @Test("a publication's column lists and row filters hold for the copy and for rows that enter and leave the filter")
  func publication() throws {
    let pair = try PipelinePair()
    try pair.source.execute(
      """
      CREATE TABLE filtered (id int PRIMARY KEY, region text, n int); ALTER TABLE filtered REPLICA IDENTITY FULL;
      CREATE TABLE listed (id int PRIMARY KEY, secret text, v text);
      CREATE PUBLICATION pgsyncd FOR TABLE filtered WHERE (region = 'eu'), listed (id, v);
      INSERT INTO filtered SELECT g, CASE g % 2 WHEN 0 THEN 'eu' ELSE 'us' END, 0 FROM generate_series(1, 20) g;
      INSERT INTO listed SELECT g, 'secret', 'v' FROM generate_series(1, 20) g;
      """)
    try pair.target.execute(
      "CREATE TABLE filtered (id int PRIMARY KEY, region text, n int); CREATE TABLE listed (v text, id int PRIMARY KEY)"
    )
    let service = try pair.startStreaming()
    defer { service.end() }
    func expectEqual(_ what: Comment) throws {
      for query in ["SELECT * FROM filtered WHERE region = 'eu' ORDER BY id", "SELECT id, v FROM listed ORDER BY id"] {
        #expect(try pair.source.query(query) == pair.target.query(query), what)
      }
      #expect(try pair.target.query("SELECT count(*) FROM filtered WHERE region <> 'eu'") == [["0"]], what)
    }
    try expectEqual("copied")
    try pair.source.execute(
      """
      UPDATE filtered SET n = 1; UPDATE filtered SET region = 'us' WHERE id = 2; UPDATE filtered SET region = 'eu' WHERE id = 3;
      UPDATE filtered SET id = 100, region = 'eu' WHERE id = 5; DELETE FROM filtered WHERE id IN (6, 7);
      UPDATE listed SET secret = 'new'; UPDATE listed SET v = 'w' WHERE id > 10; DELETE FROM listed WHERE id = 1;
      INSERT INTO listed SELECT g, 'secret', 'v' FROM generate_series(30, 90) g
      """)
    try pair.waitForCatchUp()
    try expectEqual("\(service.log)")
  }
}
