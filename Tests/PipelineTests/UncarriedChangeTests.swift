import PostgresClusters
import Testing

/// What the stream never carries is seen in the source's catalog, and said.
@Suite("Changes that are never in the stream")
struct UncarriedChangeTests {
  @Test("rewritten rows are told from rows that were only moved")
  func rewritten() throws {
    let pair = try PipelinePair(
      schema: """
        CREATE TABLE rewritten (id int PRIMARY KEY, v text);
        CREATE TABLE vacuumed (id int PRIMARY KEY, v text);
        CREATE TABLE emptied (id int PRIMARY KEY, v text);
        CREATE TABLE last (id int PRIMARY KEY, v text);
        """)
    for table in ["rewritten", "vacuumed", "emptied", "last"] {
      try pair.source.execute("INSERT INTO \(table) VALUES (1, 'a')")
    }
    let service = try pair.startWatching()
    defer { service.end() }
    try pair.source.execute("VACUUM FULL vacuumed")
    try pair.source.execute("CLUSTER vacuumed USING vacuumed_pkey")
    try pair.source.execute("TRUNCATE emptied")
    try pair.source.execute("ALTER TABLE rewritten ALTER COLUMN v TYPE text USING v || '!'")
    try pair.wait(for: "rewritten", toNeedRepairFor: "source_rewritten:")
    // What comes later is seen later: the others had their turn.
    try pair.source.execute("ALTER TABLE last ALTER COLUMN v TYPE text USING v || '!'")
    try pair.wait(for: "last", toNeedRepairFor: "source_rewritten:")
    #expect(try pair.condition(of: "vacuumed") == ["streaming", nil, nil])
    #expect(try pair.condition(of: "emptied") == ["streaming", nil, nil])
    try pair.source.execute("INSERT INTO rewritten VALUES (2, 'b')")
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT id, v FROM rewritten ORDER BY id") == [["1", "a"], ["2", "b"]])
    #expect(
      try pair.target.query("SELECT reason FROM pgsyncd.drift_events WHERE table_name = 'rewritten'")
        == [["source_rewritten"]])
    let copied = try pair.run("resync", "--table", "rewritten", "--wait")
    #expect(copied.exitCode == 0, "\(copied)")
    try pair.waitForCatchUp()
    try pair.expectEqual("rewritten")
    #expect(try pair.condition(of: "rewritten") == ["streaming", nil, nil])
  }

  @Test("a table that leaves the publication, and one that comes back, need repair; so do other filters and lists")
  func publication() throws {
    let pair = try PipelinePair(
      schema: """
        CREATE TABLE gone (id int PRIMARY KEY, v text);
        CREATE TABLE gap (id int PRIMARY KEY, v text);
        CREATE TABLE filtered (id int PRIMARY KEY, v text);
        CREATE TABLE listed (id int PRIMARY KEY, v text, w text);
        CREATE TABLE same (id int PRIMARY KEY, v text);
        CREATE TABLE dropped (id int PRIMARY KEY, v text);
        """)
    try pair.source.execute("CREATE PUBLICATION pgsyncd FOR TABLE gone, gap, filtered, listed (id, v), same, dropped")
    let service = try pair.startWatching()
    defer { service.end() }
    try pair.source.execute("ALTER PUBLICATION pgsyncd DROP TABLE gap, gone")
    try pair.source.execute("INSERT INTO gap VALUES (1, 'in between')")
    try pair.source.execute(
      """
      ALTER PUBLICATION pgsyncd ADD TABLE gap;
      DROP TABLE dropped;
      ALTER PUBLICATION pgsyncd SET TABLE gap, filtered WHERE (id > 10), listed, same;
      """)
    try pair.wait(for: "gone", toNeedRepairFor: "publication_gap: the table is not in the publication")
    try pair.wait(for: "gap", toNeedRepairFor: "publication_gap: the table was out of the publication")
    try pair.wait(for: "filtered", toNeedRepairFor: "publication_gap: the publication''s row filter")
    try pair.wait(for: "listed", toNeedRepairFor: "publication_gap: the publication sends w now")
    try pair.wait(for: "dropped", toNeedRepairFor: "publication_gap: the source has dropped the table")
    #expect(try pair.condition(of: "same") == ["streaming", nil, nil])
    // A gap while nothing runs is seen too.
    #expect(try service.terminate().exitCode == 0)
    try pair.source.execute("ALTER PUBLICATION pgsyncd DROP TABLE same")
    try pair.source.execute("ALTER PUBLICATION pgsyncd ADD TABLE same")
    #expect(try pair.run("sync", "--once", "--http-listen", "off").exitCode == 0)
    #expect(try pair.condition(of: "same")[2]?.hasPrefix("publication_gap: the table was out") == true)
  }

  @Test("a column that is added to a table with a column list is told of, and its table goes on")
  func columnList() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE t (id int PRIMARY KEY, v text, w text)")
    try pair.source.execute("CREATE PUBLICATION pgsyncd FOR TABLE t (id, v)")
    let service = try pair.startWatching()
    defer { service.end() }
    try pair.source.execute("ALTER TABLE t ADD COLUMN x int")
    try pair.wait(for: "t", toWarnOf: "column list")
    try pair.source.execute("INSERT INTO t VALUES (1, 'v', 'w', 2)")
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT id, v FROM t") == [["1", "v"]])
  }

  @Test(
    "leaves that are emptied, detached, dropped or attached with rows need repair; empty ones do not",
    .disabled("an empty new leaf is marked by the judgement of partitions, though the watch does not mark it"))
  func partitions() throws {
    let tables = ["truncated", "detached", "dropped", "attached", "empty", "whole"]
    let pair = try PipelinePair(
      schema: tables.map { table in
        """
        CREATE TABLE \(table) (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
        CREATE TABLE \(table)_1 PARTITION OF \(table) FOR VALUES FROM (0) TO (100);
        CREATE TABLE \(table)_2 PARTITION OF \(table) FOR VALUES FROM (100) TO (200);
        INSERT INTO \(table) VALUES (1, 'a'), (101, 'b');
        """
      }.joined())
    for table in tables { try pair.target.execute("TRUNCATE \(table)") }
    let service = try pair.startWatching()
    defer { service.end() }
    let created = "CREATE TABLE empty_3 PARTITION OF empty FOR VALUES FROM (200) TO (300)"
    try pair.target.execute(created)
    try pair.source.execute(
      """
      TRUNCATE truncated_1;
      ALTER TABLE detached DETACH PARTITION detached_1;
      DROP TABLE dropped_1;
      TRUNCATE whole;
      \(created);
      INSERT INTO empty VALUES (201, 'c');
      """)
    try pair.source.execute("VACUUM FULL empty_1")
    try pair.source.execute(
      "CREATE TABLE attached_3 (id int PRIMARY KEY, v text); INSERT INTO attached_3 VALUES (201, 'c')")
    try pair.source.execute("ALTER TABLE attached ATTACH PARTITION attached_3 FOR VALUES FROM (200) TO (300)")
    for table in ["truncated", "detached", "dropped", "attached"] {
      try pair.wait(for: table, toNeedRepairFor: "partition_change:")
    }
    try pair.waitForCatchUp()
    #expect(try pair.condition(of: "empty") == ["streaming", nil, nil])
    #expect(try pair.condition(of: "whole") == ["streaming", nil, nil])
    #expect(try pair.target.query("SELECT count(*) FROM whole") == [["0"]])
    #expect(try pair.status(of: "attached")["status"] as? String == "needs_repair")
  }
}
