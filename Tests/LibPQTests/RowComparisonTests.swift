import LibPQ
import PostgresClusters
import PostgresTypes
import Testing

struct RowComparisonTests {
  private func compare(
    _ source: String, _ target: String, columns: [String]? = nil, sourceDatabaseOptions: String = ""
  ) throws -> [TableComparison] {
    let cluster = try TestServer.cluster()
    let name = "compare_\(UInt32.random(in: 0...UInt32.max))"
    try cluster.execute("CREATE DATABASE \(name)_s \(sourceDatabaseOptions)")
    try cluster.execute("CREATE DATABASE \(name)_t")
    try cluster.execute(source, database: name + "_s")
    try cluster.execute(target, database: name + "_t")
    let comparison = try RowComparison(
      source: cluster.connectionSettings(database: name + "_s"),
      target: cluster.connectionSettings(database: name + "_t"), differencesMax: 3)
    defer { comparison.close() }
    let pairs = try comparison.tables().map { TablePair($0.source, columns: columns) }
    return try comparison.compare(pairs)
  }

  @Test func equalTablesAreEqualInWhateverOrder() throws {
    let result = try compare(
      "CREATE TABLE t (id int, v text); INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 20000) i",
      "CREATE TABLE t (v text, id int); INSERT INTO t SELECT 'v' || i, i FROM generate_series(20000, 1, -1) i")
    #expect(result.map(\.isEqual) == [true])
    #expect(result.map(\.sourceRows) == [20_000])
  }

  @Test func everyKindOfDifferenceIsNamedByItsKey() throws {
    let table = "CREATE TABLE t (v text, a int, b text, PRIMARY KEY (a, b))"
    let result = try compare(
      "\(table); INSERT INTO t VALUES ('same', 1, 'x'), ('old', 2, 'x'), ('gone', 3, 'x,y')",
      "\(table); INSERT INTO t VALUES ('same', 1, 'x'), ('new', 2, 'x'), ('extra', 4, '')")
    let comparison = try #require(result.first)
    #expect(!comparison.isEqual)
    #expect(
      comparison.differences.map(\.description) == [
        "(2,x) differs", #"(3,"x,y") only in source"#, #"(4,"") only in target"#,
      ])
    #expect((comparison.onlyInSource, comparison.onlyInTarget) == (2, 2))
    #expect(comparison.description.contains("public.t: 3 rows in source, 3 in target"))
  }

  @Test func tablesWithoutKeysAreMultisets() throws {
    let result = try compare(
      "CREATE TABLE t (v text); INSERT INTO t VALUES ('a'), ('a'), ('a'), (NULL), ('')",
      "CREATE TABLE t (v text); INSERT INTO t VALUES ('a'), (NULL), (NULL), ('')")
    let comparison = try #require(result.first)
    #expect((comparison.onlyInSource, comparison.onlyInTarget) == (2, 1))
    #expect(
      comparison.differences.map(\.description).sorted() == [
        "() only in target", "(a) only in source", "(a) only in source",
      ])
  }

  @Test func nullAndEmptyAndEscapedValuesAreNotConfused() throws {
    let values = #"('a,b'), ('"'), (E'tab\tnew\nline'), (E'\\'), (E'\\N'), ('NULL'), (NULL), (''), ('é🐘')"#
    let result = try compare(
      "CREATE TABLE t (v text); INSERT INTO t VALUES \(values)",
      "CREATE TABLE t (v text); INSERT INTO t VALUES \(values)")
    #expect(result.map(\.isEqual) == [true])
    #expect(
      try compare(
        "CREATE TABLE t (v text); INSERT INTO t VALUES (NULL)",
        "CREATE TABLE t (v text); INSERT INTO t VALUES ('')"
      ).map(\.isEqual) == [false])
  }

  @Test func partitionsEmptyTablesAndOddNamesAreCovered() throws {
    let empty =
      #"CREATE TABLE nothing (id int); CREATE SCHEMA "Odd.S"; CREATE TABLE "Odd.S"."t;""x" ("c""1" int); CREATE TABLE bare ()"#
    let result = try compare(
      """
      \(empty); INSERT INTO bare DEFAULT VALUES; INSERT INTO "Odd.S"."t;""x" VALUES (1);
      CREATE TABLE parts (id int, v text) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
      INSERT INTO parts VALUES (1, 'x')
      """,
      """
      \(empty); INSERT INTO bare DEFAULT VALUES; INSERT INTO "Odd.S"."t;""x" VALUES (1);
      CREATE TABLE parts (id int, v text); INSERT INTO parts VALUES (1, 'x')
      """)
    let names = result.map(\.pair.source.sql)
    #expect(names == [#""Odd.S"."t;""x""#, "public.bare", "public.nothing", "public.parts"])
    #expect(result.map(\.isEqual) == [true, true, true, true])
    #expect(result.map(\.sourceRows) == [1, 1, 0, 1])
  }

  @Test func aSubsetOfTheColumnsIsComparedAlone() throws {
    let source = "CREATE TABLE t (id int PRIMARY KEY, v text, extra text); INSERT INTO t VALUES (1, 'a', 'b')"
    let target = "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')"
    #expect(try compare(source, target, columns: ["v", "id"]).map(\.isEqual) == [true])
    #expect(TestServer.error { _ = try compare(source, target) }?.sqlState == SQLState(rawValue: "42703"))
  }

  @Test func databasesOfDifferentEncodingsAreCompared() throws {
    let fill = "CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'é'), (2, 'z'), (3, 'ü'), (4, 'a')"
    let result = try compare(fill, fill, sourceDatabaseOptions: "ENCODING 'LATIN1' TEMPLATE template0")
    #expect(result.map(\.isEqual) == [true])
  }
}
