import PostgresClusters
import Testing

/// Every type travels in four ways: the copy, and in the stream, by the number of rows that are written together, single
/// statements (up to three rows), arrays (up to 49) and COPY.
@Suite("Types")
struct TypeTests {
  private static let families = TypeFamily.builtIn + TypeFamily.containers
  /// So many different rows there are.
  private static let rowCount = 12

  private static func everywhere(_ statement: (TypeFamily) -> String) -> String {
    "BEGIN;\n" + families.map(statement).joined() + "COMMIT"
  }

  @Test("extremes of every type arrive as they are: copied, and streamed few, some and many rows at a time")
  func extremes() throws {
    let pair = try PipelinePair(
      schema: TypeFamily.definitions + Self.families.map(\.plainTable).joined(),
      target: ClusterOptions(settings: ["log_statement": "mod", "log_parameter_max_length": "0"]))
    try pair.source.execute(Self.everywhere { $0.insert(0..<Self.rowCount, at: 0) })
    let service = try pair.startStreaming()
    defer { service.end() }
    #expect(try pair.differences() == [], "copied")

    let few = stride(from: 0, to: Self.rowCount, by: 3).map { $0..<$0 + 3 }
    for rows in few {
      // One unit for each, so that no more than three rows of a table are written together.
      try pair.source.execute(Self.everywhere { $0.insert(rows, at: 100) })
      try pair.waitForCatchUp()
    }
    try pair.source.execute(Self.everywhere { $0.insert(0..<Self.rowCount, at: 200) })
    try pair.waitForCatchUp()
    try pair.source.execute(Self.everywhere { $0.insert(0..<60, at: 300) })
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
    for way in ["INSERT INTO public.ranges (", "FROM unnest($1::text[]", "COPY public.ranges ("] {
      #expect(pair.target.log.contains(way), "the target was written to by \(way)")
    }

    for rows in few {
      try pair.source.execute(Self.everywhere { $0.update(rows, at: 100) })
      try pair.waitForCatchUp()
    }
    try pair.source.execute(Self.everywhere { $0.update(0..<Self.rowCount, at: 200) })
    try pair.source.execute(Self.everywhere { "DELETE FROM \($0.name) WHERE id % 7 = 3;\n" })
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
    #expect(try pair.target.query("SELECT DISTINCT state FROM pgsyncd.tables") == [["streaming"]])
    // What is refused together is tried row by row, so that a badly written value could go unnoticed.
    #expect(!pair.target.log.contains("ERROR:"), "\(pair.target.log.suffix(2000))")
  }

  @Test("rows are found by keys of every type that can be one, and by the whole row of every type")
  func keys() throws {
    let pair = try PipelinePair(
      schema: TypeFamily.definitions + Self.families.map(\.plainTable).joined()
        + Self.families.map { $0.keyedTable + $0.fullTable }.joined())
    let service = try pair.startStreaming(
      "--exclude-tables", Self.families.map { "public.\($0.name)" }.joined(separator: ","))
    defer { service.end() }
    try pair.source.execute(Self.everywhere { $0.insertKeyed(0..<24) + $0.insertFull(0..<24) })
    let all = Self.families
    let changes: [(TypeFamily) -> String] = [
      { "UPDATE \($0.name)_keyed SET n = 1 WHERE id < 3; UPDATE \($0.name)_full SET n = 1 WHERE id < 3;\n" },
      { "UPDATE \($0.name)_keyed SET n = 2 WHERE id >= 3;\n" },
      { "UPDATE \($0.name)_full SET n = 2 WHERE ctid IN (SELECT min(ctid) FROM \($0.name)_full GROUP BY id);\n" },
      { $0.changeKeys(0..<12) },
      { "DELETE FROM \($0.name)_keyed WHERE id IN (1, 2);\n" },
      {
        "DELETE FROM \($0.name)_full WHERE ctid IN (SELECT max(ctid) FROM \($0.name)_full WHERE id > 2 GROUP BY id);\n"
      },
      { "DELETE FROM \($0.name)_keyed WHERE id BETWEEN 8 AND 14;\n" },
    ]
    for change in changes {
      try pair.source.execute(Self.everywhere(change))
      try pair.waitForCatchUp()
    }
    let tables = all.flatMap { ["\($0.name)_keyed", "\($0.name)_full"] }
    for table in tables { #expect(try pair.differences(table) == []) }
    #expect(
      try pair.target.query(
        "SELECT table_name, state, needs_repair FROM pgsyncd.tables WHERE state <> 'streaming' OR needs_repair IS NOT NULL"
      )
        == [], "\(service.log)")
  }

  @Test("values of several megabytes and of a hundred thousand digits arrive as they are")
  func large() throws {
    let pair = try PipelinePair(schema: "CREATE TABLE t (id int PRIMARY KEY, v text, b bytea, n numeric, j jsonb)")
    let values = """
      (SELECT string_agg(md5(g::text || i), E'\\\\\\n' ORDER BY g) FROM generate_series(1, 60000) g),
      decode(repeat('00ff5c0a', 300000), 'hex'), (repeat('9', 131072) || '.' || repeat('9', 16383))::numeric,
      jsonb_build_object('long', repeat('ä"', 300000))
      """
    try pair.source.execute("INSERT INTO t SELECT i, \(values) FROM generate_series(1, 2) i")
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute("INSERT INTO t SELECT i, \(values) FROM generate_series(3, 3) i")
    try pair.waitForCatchUp()
    try pair.source.execute("INSERT INTO t SELECT i, \(values) FROM generate_series(4, 8) i")
    try pair.source.execute(
      "UPDATE t SET n = n - 1; UPDATE t SET b = b || '\\x00' WHERE id > 4; DELETE FROM t WHERE id = 5")
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
  }
}
