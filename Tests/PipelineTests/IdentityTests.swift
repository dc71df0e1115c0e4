import PostgresClusters
import Testing

/// Whatever tells the rows of a table apart, an update or delete touches exactly the row that it touched on the source.
@Suite("Replica identities and keys")
struct IdentityTests {
  /// Applies each text as one transaction, then compares everything.
  private static func expectEqual(_ schema: String, after transactions: String..., copied: String = "") throws {
    let pair = try PipelinePair(schema: schema)
    if !copied.isEmpty { try pair.source.execute(copied) }
    let service = try pair.startStreaming()
    defer { service.end() }
    for transaction in transactions { try pair.source.execute("BEGIN; \(transaction); COMMIT") }
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
    let unhealthy = try pair.target.query(
      "SELECT table_name, state, needs_repair FROM pgsyncd.tables WHERE state <> 'streaming' OR needs_repair IS NOT NULL"
    )
    #expect(unhealthy == [], "\(service.log)")
  }

  @Test("USING INDEX over several columns finds the row, also after its key has changed")
  func index() throws {
    try Self.expectEqual(
      """
      CREATE TABLE t (v text, b text NOT NULL, a int NOT NULL, c int);
      CREATE UNIQUE INDEX t_key ON t (a, b);
      ALTER TABLE t REPLICA IDENTITY USING INDEX t_key;
      CREATE TABLE beside_key (id int PRIMARY KEY, a int NOT NULL, v text);
      CREATE UNIQUE INDEX beside_index ON beside_key (a);
      ALTER TABLE beside_key REPLICA IDENTITY USING INDEX beside_index;
      """,
      after: "INSERT INTO beside_key SELECT g, -g, 'x' FROM generate_series(1, 20) g",
      "UPDATE t SET v = 'one' WHERE a = 1 AND b = 'x'; DELETE FROM t WHERE a = 2 AND b = 'y'",
      "UPDATE t SET v = v || b, c = NULL; UPDATE t SET a = a + 100 WHERE b = 'x'; DELETE FROM t WHERE a < 10",
      "UPDATE beside_key SET a = a - 100, id = id + 100 WHERE id > 9; UPDATE beside_key SET v = 'y'; DELETE FROM beside_key WHERE a = -3",
      copied: "INSERT INTO t SELECT 'v', b, a, a FROM generate_series(1, 20) a, (VALUES ('x'), ('y')) AS b (b)")
  }

  @Test("FULL touches exactly one of equal rows, types without equality and NULLs included")
  func full() throws {
    try Self.expectEqual(
      """
      CREATE TABLE t (n int, j json, p point, x xml, f float8, c char(5), a json[]);
      ALTER TABLE t REPLICA IDENTITY FULL;
      CREATE TABLE keyed (id int PRIMARY KEY, j json, v text);
      ALTER TABLE keyed REPLICA IDENTITY FULL;
      CREATE TABLE texts (v text);
      ALTER TABLE texts REPLICA IDENTITY FULL;
      """,
      after: "DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t WHERE n = 1)",
      "UPDATE t SET c = 'hit' WHERE ctid IN (SELECT min(ctid) FROM t GROUP BY n)",
      "DELETE FROM t WHERE ctid = (SELECT max(ctid) FROM t WHERE n IS NULL); INSERT INTO t VALUES (9), (9); UPDATE t SET n = 10 WHERE ctid = (SELECT max(ctid) FROM t)",
      "INSERT INTO keyed SELECT g, '{}', repeat(md5(g::text), 1000) FROM generate_series(1, 9) g",
      "UPDATE keyed SET id = id + 100 WHERE id < 4; UPDATE keyed SET j = '[ 1]' WHERE id > 6; DELETE FROM keyed WHERE id = 8",
      "INSERT INTO texts VALUES (''), (NULL), (''), (NULL), ('NULL'); DELETE FROM texts WHERE ctid IN ('(0,1)', '(0,2)')",
      copied: """
        INSERT INTO t SELECT nullif(g % 3, 0), '{"a" : 1}', '(1,NaN)', '<a/>', '-0', 'ab', '{"{}"}' FROM generate_series(1, 12) g
        """)
  }

  @Test("a table that announces no rows takes inserts and truncates")
  func nothing() throws {
    try Self.expectEqual(
      """
      CREATE TABLE unkeyed (n int, v text);
      CREATE TABLE nothing (id int PRIMARY KEY, v text);
      ALTER TABLE nothing REPLICA IDENTITY NOTHING;
      """,
      after: "INSERT INTO unkeyed SELECT 1, 'same' FROM generate_series(1, 100); INSERT INTO nothing VALUES (1, 'x')",
      "TRUNCATE unkeyed; INSERT INTO unkeyed VALUES (2, 'kept'), (2, 'kept')")
  }

  @Test("keys change, swap and go round in circles within a transaction, unchanged TOAST in the same row")
  func keyChanges() throws {
    try Self.expectEqual(
      """
      CREATE TABLE t (id int PRIMARY KEY, big text, n int);
      ALTER TABLE t ALTER big SET STORAGE EXTERNAL;
      CREATE TABLE long_keys (id text PRIMARY KEY, big text, n int);
      ALTER TABLE long_keys ALTER big SET STORAGE EXTERNAL;
      CREATE TABLE f (id int, big text, n int);
      ALTER TABLE f REPLICA IDENTITY FULL;
      ALTER TABLE f ALTER big SET STORAGE EXTERNAL;
      """,
      after: "UPDATE t SET id = 1000 WHERE id = 1",
      "UPDATE t SET id = -1 WHERE id = 2; UPDATE t SET id = 2 WHERE id = 3; UPDATE t SET id = 3 WHERE id = -1",
      "UPDATE t SET id = 0 WHERE id = 4; UPDATE t SET id = 4 WHERE id = 5; UPDATE t SET id = 5 WHERE id = 6; UPDATE t SET id = 6 WHERE id = 0",
      "UPDATE t SET n = n + 1; UPDATE t SET id = id + 500 WHERE id < 100; UPDATE t SET n = n * 2 WHERE id > 510; UPDATE t SET big = 'short' WHERE id = 520",
      "UPDATE t SET n = 1 WHERE id = 530; UPDATE t SET n = 2 WHERE id = 530; UPDATE t SET big = big || 'x' WHERE id = 530; UPDATE t SET n = 3 WHERE id = 530",
      "DELETE FROM t WHERE id = 540; INSERT INTO t VALUES (540, 'new', 0); UPDATE t SET id = 541000 WHERE id = 541; INSERT INTO t VALUES (541, 'taken', 1)",
      "INSERT INTO long_keys SELECT id, big, n FROM t WHERE id > 540 AND id < 550",
      "UPDATE long_keys SET n = 7; UPDATE long_keys SET id = id || 'x' WHERE n = 7",
      "INSERT INTO f SELECT * FROM t WHERE id < 510",
      "UPDATE f SET n = n + 1; UPDATE f SET id = id + 1; DELETE FROM f WHERE id % 3 = 0",
      copied: """
        INSERT INTO t SELECT g, (SELECT string_agg(md5(i::text || g), '') FROM generate_series(1, 100) i), g
        FROM generate_series(1, 60) g
        """)
  }

  @Test("rows come and go under one key, and values of unique columns swap, within a transaction")
  func order() throws {
    let transactions = [
      "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (1, 'a', 10)",
      "INSERT INTO t VALUES (100, 'z', 100); DELETE FROM t WHERE id = 100; INSERT INTO t VALUES (100, 'y', 101); UPDATE t SET n = 5 WHERE id = 100",
      "UPDATE t SET u = 'tmp' WHERE id = 2; UPDATE t SET u = 'u2' WHERE id = 3; UPDATE t SET u = 'u3' WHERE id = 2",
      "DELETE FROM t; INSERT INTO t SELECT g, 'u' || g, -g FROM generate_series(1, 60) g",
      "UPDATE t SET u = 'x' || u; UPDATE t SET u = 'u' || (61 - id); UPDATE t SET n = n + 1",
      "DELETE FROM t WHERE id = 7; UPDATE t SET u = 'u' || 54 WHERE id = 8; INSERT INTO t VALUES (7, 'u53', 0)",
      "UPDATE d SET u = 3 - u",
    ]
    let schema = """
      CREATE TABLE t (id int PRIMARY KEY, u text UNIQUE, n int);
      CREATE TABLE d (id int PRIMARY KEY, u int UNIQUE DEFERRABLE INITIALLY DEFERRED);
      """
    let pair = try PipelinePair(schema: schema)
    try pair.source.execute(
      "INSERT INTO t SELECT g, 'u' || g, g FROM generate_series(1, 60) g; INSERT INTO d VALUES (1, 1), (2, 2)")
    let service = try pair.startStreaming()
    defer { service.end() }
    for transaction in transactions {
      try pair.source.execute("BEGIN; \(transaction); COMMIT")
      // Each is a unit of its own, so that each is refused and put in order by itself.
      try pair.waitForCatchUp()
      #expect(try pair.differences() == [], "\(transaction)")
    }
    #expect(try pair.target.query("SELECT DISTINCT state FROM pgsyncd.tables") == [["streaming"]], "\(service.log)")
  }

  @Test("identity columns keep the source's values and generated columns are computed, whatever is updated")
  func identity() throws {
    try Self.expectEqual(
      """
      CREATE TABLE always (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text, big text);
      ALTER TABLE always ALTER big SET STORAGE EXTERNAL;
      CREATE TABLE beside (id int PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, d int GENERATED BY DEFAULT AS IDENTITY);
      CREATE TABLE beside_full (v text, n int GENERATED ALWAYS AS IDENTITY);
      ALTER TABLE beside_full REPLICA IDENTITY FULL;
      CREATE TABLE computed (id int PRIMARY KEY, n int, twice int GENERATED ALWAYS AS (n * 2) STORED, v text);
      """,
      after: "UPDATE always SET id = DEFAULT WHERE id IN (3, 5)",
      "UPDATE always SET id = DEFAULT, v = 'moved' WHERE id = 7; UPDATE always SET v = 'stays' WHERE id < 9; DELETE FROM always WHERE id = 1",
      "INSERT INTO always (v) SELECT 'many' FROM generate_series(1, 60)",
      "INSERT INTO beside SELECT g FROM generate_series(1, 20) g",
      "UPDATE beside SET d = d + 100; UPDATE beside SET id = id + 100 WHERE id < 5; DELETE FROM beside WHERE id = 6",
      "UPDATE beside SET n = DEFAULT WHERE id > 15; UPDATE beside SET n = DEFAULT, id = 200 WHERE id = 10",
      "INSERT INTO beside_full SELECT 'same' FROM generate_series(1, 9)",
      "UPDATE beside_full SET n = DEFAULT, v = 'new' WHERE n = 3; UPDATE beside_full SET v = 'other' WHERE n = 4",
      "INSERT INTO computed SELECT g, g FROM generate_series(1, 60) g",
      "UPDATE computed SET n = n + 1 WHERE id < 30; UPDATE computed SET id = -id WHERE id < 3",
      copied: "INSERT INTO always (v, big) SELECT g, repeat(md5(g::text), 300) FROM generate_series(1, 9) g")
  }
}
