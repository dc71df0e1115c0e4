import PostgresClusters
import Testing

/// Rows find their place whichever side is partitioned.
@Suite("Partitioned tables")
struct PartitionTests {
  private static func partitioned(_ name: String, bounds: [Int]) -> String {
    "CREATE TABLE \(name) (id int, at int, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);\n"
      + zip(bounds, bounds.dropFirst()).map { lower, upper in
        "CREATE TABLE \(name)_\(lower) PARTITION OF \(name) FOR VALUES FROM (\(lower)) TO (\(upper));\n"
      }.joined()
  }

  private static func plain(_ name: String) -> String {
    "CREATE TABLE \(name) (v text, at int, id int, PRIMARY KEY (id, at));\n"
  }

  @Test("source, target or both: rows are written, moved between partitions and removed, new partitions included")
  func everySide() throws {
    let pair = try PipelinePair()
    try pair.source.execute(
      Self.partitioned("everywhere", bounds: [0, 10, 20]) + Self.partitioned("here", bounds: [0, 10, 20])
        + Self.plain("there"))
    try pair.target.execute(
      Self.partitioned("everywhere", bounds: [0, 5, 50]) + Self.plain("here")
        + Self.partitioned("there", bounds: [0, 30, 40]))
    func all(_ statement: (String) -> String) -> String {
      ["everywhere", "here", "there"].map(statement).joined(separator: ";\n")
    }
    try pair.source.execute(
      all { "INSERT INTO \($0) (id, at, v) SELECT g, g % 20, 'copied' FROM generate_series(1, 40) g" })
    let service = try pair.startStreaming()
    defer { service.end() }
    let transactions = [
      all { "INSERT INTO \($0) (id, at, v) SELECT g, g % 20, 'many' FROM generate_series(41, 140) g" },
      all { "UPDATE \($0) SET v = 'changed' WHERE id % 3 = 0" },
      all { "UPDATE \($0) SET at = 19 - at WHERE id < 60" },
      all { "DELETE FROM \($0) WHERE id % 7 = 0" },
      "CREATE TABLE here_new PARTITION OF here FOR VALUES FROM (20) TO (30); INSERT INTO here VALUES (1000, 25, 'new')",
      """
      CREATE TABLE attached (v text, id int NOT NULL, at int NOT NULL);
      ALTER TABLE everywhere ATTACH PARTITION attached FOR VALUES FROM (20) TO (30);
      INSERT INTO everywhere (id, at, v) VALUES (1000, 25, 'attached'); UPDATE everywhere SET at = 1 WHERE id = 1000;
      INSERT INTO attached (id, at, v) VALUES (1001, 26, 'by its own name')
      """,
    ]
    for transaction in transactions {
      try pair.source.execute("BEGIN; \(transaction); COMMIT")
      try pair.waitForCatchUp()
      #expect(try pair.differences() == [], "\(transaction)\n\(service.log)")
    }
    try pair.source.execute("TRUNCATE everywhere, here, there")
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [])
    #expect(try pair.target.query("SELECT DISTINCT state FROM pgsyncd.tables") == [["streaming"]], "\(service.log)")
  }

  @Test("what existing rows read for a new column of a partitioned table is part of the fix")
  func constantDefault() throws {
    let pair = try PipelinePair()
    try pair.source.execute(Self.partitioned("here", bounds: [0, 10, 20]))
    try pair.target.execute(Self.plain("here"))
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      INSERT INTO here (id, at, v) SELECT g, g % 20, 'old' FROM generate_series(1, 40) g;
      ALTER TABLE here ADD COLUMN n int NOT NULL DEFAULT 7; ALTER TABLE here ALTER n SET DEFAULT 8;
      INSERT INTO here (id, at, v) VALUES (99, 1, 'new')
      """)
    try pair.wait(for: "here", toBe: "stopped")
    let fix = try #require(try pair.status(of: "here")["fix"] as? [String])
    #expect(try Psql.run(fix, on: pair.target).exitCode == 0)
    #expect(try pair.run("resume", "--table", "here", "--wait").exitCode == 0)
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [])
    #expect(try pair.status(of: "here")["status"] as? String == "ok")
  }
}
