import PostgresClusters
import Testing

/// What no RELATION tells, or none has told yet, is found in the catalogs.
@Suite("The catalog watch")
struct CatalogWatchTests {
  @Test("drift on either side stops or warns without a row, and tables beside it stream on")
  func withoutARow() throws {
    let pair = try PipelinePair(
      schema: """
        CREATE TYPE mood AS ENUM ('sad', 'glad');
        CREATE TYPE pair AS (a int, b int);
        CREATE DOMAIN small AS int;
        CREATE TABLE labels (id int PRIMARY KEY, m mood);
        CREATE TABLE composites (id int PRIMARY KEY, p pair);
        CREATE TABLE domains (id int PRIMARY KEY, d small);
        CREATE TABLE added (id int PRIMARY KEY, v text);
        CREATE TABLE renamed (id int PRIMARY KEY, v text);
        CREATE TABLE retyped (id int PRIMARY KEY, v int);
        CREATE TABLE moved (id int PRIMARY KEY, v text);
        CREATE TABLE filled (id int PRIMARY KEY, v text);
        CREATE TABLE required (id int PRIMARY KEY, v text);
        CREATE TABLE target_dropped (id int PRIMARY KEY, v text);
        CREATE TABLE target_required (id int PRIMARY KEY, v text);
        CREATE TABLE target_added (id int PRIMARY KEY, v text);
        CREATE TABLE target_retyped (id int PRIMARY KEY, v int);
        CREATE TABLE target_stricter (id int PRIMARY KEY, v int);
        CREATE TABLE target_unkeyed (id int PRIMARY KEY, v int);
        CREATE TABLE target_gone (id int PRIMARY KEY, v int);
        CREATE TABLE beside (id int PRIMARY KEY, v int);
        """)
    let service = try pair.startWatching()
    defer { service.end() }
    let before = try pair.target.query(
      "SELECT table_name, source_fingerprint FROM pgsyncd.tables WHERE table_name IN ('filled', 'required') ORDER BY 1")
    try pair.source.execute("ALTER TYPE mood ADD VALUE 'mad'")
    try pair.source.execute(
      """
      ALTER TYPE pair ADD ATTRIBUTE c int;
      ALTER TABLE added ADD COLUMN w int;
      ALTER TABLE renamed RENAME COLUMN v TO w;
      ALTER TABLE retyped ALTER COLUMN v TYPE numeric(10,2);
      ALTER TABLE moved RENAME TO moved_away;
      ALTER TABLE filled ALTER COLUMN v SET DEFAULT 'x';
      ALTER TABLE required ALTER COLUMN v SET NOT NULL;
      """)
    try pair.target.execute(
      """
      ALTER DOMAIN small ADD CHECK (VALUE < 10);
      ALTER TABLE target_dropped DROP COLUMN v;
      ALTER TABLE target_required ADD COLUMN w int NOT NULL;
      ALTER TABLE target_added ADD COLUMN w int;
      ALTER TABLE target_retyped ALTER COLUMN v TYPE smallint;
      ALTER TABLE target_stricter ALTER COLUMN v SET NOT NULL;
      ALTER TABLE target_unkeyed DROP CONSTRAINT target_unkeyed_pkey;
      DROP TABLE target_gone;
      """)
    try pair.wait(for: "labels", toStopFor: "source_enum_label")
    try pair.wait(for: "composites", toStopFor: "unsafe_cast")
    try pair.wait(for: "domains", toWarnOf: "refuses values that the source accepts")
    try pair.wait(for: "added", toStopFor: "source_added_column")
    try pair.wait(for: "renamed", toStopFor: "source_renamed_column")
    try pair.wait(for: "retyped", toStopFor: "unsafe_cast")
    try pair.wait(for: "moved", toStopFor: "table_renamed")
    try pair.wait(for: "target_dropped", toStopFor: "source_added_column")
    try pair.wait(for: "target_required", toStopFor: "target_not_null")
    try pair.wait(for: "target_added", toWarnOf: "w")
    try pair.wait(for: "target_retyped", toStopFor: "unsafe_cast")
    try pair.wait(for: "target_stricter", toWarnOf: "NOT NULL")
    try pair.wait(for: "target_unkeyed", toWarnOf: "unique key")
    try pair.wait(for: "target_gone", toStopFor: "table_missing")
    try pair.target.waitFor(
      "defaults and NOT NULL are part of what is accepted",
      trueOf: """
        SELECT count(*) = 2 FROM pgsyncd.tables WHERE state = 'streaming' AND table_name IN ('filled', 'required')
          AND source_fingerprint NOT IN ('\(before[0][1] ?? "")', '\(before[1][1] ?? "")')
        """)
    // Nothing of this has stopped what has not changed, and what was stopped has stopped before its first row.
    try pair.source.execute(
      "INSERT INTO beside VALUES (1, 1); INSERT INTO added VALUES (1, 'v', 2); INSERT INTO filled VALUES (1)")
    try pair.waitForCatchUp()
    try pair.expectEqual("beside", "filled")
    #expect(try pair.status(of: "added")["parked_changes"] as? Int == 1)
    #expect((try pair.status(of: "added")["stopped_at_lsn"] as? String)?.contains("/") == true)
    #expect(
      try pair.target.query(
        "SELECT verdict, reason FROM pgsyncd.drift_events WHERE table_name = 'added' AND resolved_at IS NULL")
        == [["blocked", "source_added_column"]])
    try pair.target.execute("ALTER TABLE added ADD COLUMN w int")
    let resumed = try pair.run("resume", "--table", "added", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.waitForCatchUp()
    try pair.expectEqual("added")
    #expect(service.isRunning)
  }

  @Test("a catalog that is ahead of the stream is noted, and stops nothing before the stream is there")
  func aheadOfTheStream() throws {
    let pair = try PipelinePair(
      schema: "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int PRIMARY KEY, v text)")
    let service = try pair.startWatching()
    defer { service.end() }
    try pair.source.execute("INSERT INTO t VALUES (0, 'first'); INSERT INTO u VALUES (0, 'first')")
    try pair.waitForCatchUp()
    // The apply thread waits for this lock, so the stream stands still.
    let blocker = try pair.target.connect()
    defer { blocker.close() }
    try blocker.execute("BEGIN; LOCK TABLE u IN ACCESS EXCLUSIVE MODE")
    try pair.source.execute("INSERT INTO u VALUES (1, 'waits'); INSERT INTO t VALUES (1, 'old shape')")
    try pair.source.execute("INSERT INTO t VALUES (2, 'old shape'); ALTER TABLE t ADD COLUMN w int")
    try pair.target.waitFor(
      "the change is noted",
      trueOf: """
        SELECT bool_and(state = 'streaming' AND array_to_string(warnings, ';') LIKE '%ahead of the stream%')
        FROM pgsyncd.tables WHERE table_name = 't'
        """)
    #expect(try pair.status(of: "t")["status"] as? String == "warning")
    try blocker.execute("ROLLBACK")
    try pair.wait(for: "t", toStopFor: "source_added_column")
    #expect(
      try pair.target.query("SELECT id FROM t ORDER BY id") == [["0"], ["1"], ["2"]],
      "rows of the old shape are applied")
    #expect(try pair.target.query("SELECT warnings FROM pgsyncd.tables WHERE table_name = 't'") == [["{}"]])
  }

  @Test("a table that a stopped service has not seen change is judged at the start; what moves meanwhile, at once")
  func once() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE t (id int PRIMARY KEY, v text)")
    #expect(try pair.run("sync", "--once").exitCode == 0)
    #expect(try pair.target.query("SELECT count(*) FROM pgsyncd.tables WHERE watched IS NULL") == [["0"]])
    try pair.source.execute("INSERT INTO t VALUES (1, 'a'); ALTER TABLE t ALTER COLUMN v TYPE text USING v || '!'")
    let ended = try pair.run("sync", "--once")
    #expect(ended.exitCode == 0, "\(ended)")
    #expect(ended.log.contains("source_rewritten"), "\(ended)")
    #expect(try pair.status(of: "t")["status"] as? String == "needs_repair")
  }
}
