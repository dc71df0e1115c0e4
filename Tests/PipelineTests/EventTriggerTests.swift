import Foundation
import PostgresClusters
import Testing

/// The optional event triggers: with them nobody waits for the next look at the catalogs, here an hour away.
@Suite("Event triggers")
struct EventTriggerTests {
  private static let schema = """
    CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int PRIMARY KEY, v text)
    """

  private static func script(_ name: String) throws -> [String] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("../../sql/\(name)").standardizedFileURL
    return [try String(contentsOf: file, encoding: .utf8)]
  }

  /// Runs a file of `sql/` as its head says.
  private static func install(_ name: String, on cluster: ThrowawayCluster) throws {
    let ended = try Psql.run(try script(name), on: cluster)
    #expect(ended.exitCode == 0, "\(ended)")
  }

  /// The statements that the head of a file gives for removing what it creates.
  private static func remove(_ name: String, on cluster: ThrowawayCluster) throws {
    let lines = try script(name)[0].split(separator: "\n").filter { $0.hasPrefix("--   DROP ") }
    #expect(lines.count == 4)
    for line in lines { try cluster.execute(String(line.dropFirst(2))) }
    #expect(try cluster.query("SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'pgsyncd%'") == [["0"]])
    #expect(
      try cluster.query("SELECT count(*) FROM pg_proc WHERE proname ~ '^(pgsyncd_mark|notify)_(ddl|drop)$'") == [["0"]])
  }

  @Test("DDL on the target is judged within a second of its commit, and one that is rolled back is not")
  func target() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startWatching(interval: "1h")
    defer { service.end() }
    for _ in 1...2 { try Self.install("target_event_trigger.sql", on: pair.target) }
    try pair.target.execute("BEGIN; ALTER TABLE t ADD COLUMN w int NOT NULL; ROLLBACK; CREATE TEMP TABLE x (y int)")
    let began = ContinuousClock.now
    try pair.target.execute("ALTER TABLE u ADD COLUMN w int NOT NULL")
    try pair.wait(for: "u", toStopFor: "target_not_null")
    #expect(ContinuousClock.now - began < .seconds(4), "a second, and what a loaded machine adds")
    #expect(try pair.condition(of: "t") == ["streaming", nil, nil])
    try pair.target.execute("ALTER TABLE t DROP COLUMN v")
    try pair.wait(for: "t", toStopFor: "source_added_column")
    try Self.remove("target_event_trigger.sql", on: pair.target)
  }

  @Test("DDL on the source is judged when the stream has come to it, without a row and without a look")
  func source() throws {
    let pair = try PipelinePair(schema: Self.schema)
    for _ in 1...2 { try Self.install("source_event_trigger.sql", on: pair.source) }
    let service = try pair.startWatching(interval: "1h")
    defer { service.end() }
    try pair.source.execute("BEGIN; ALTER TABLE t ADD COLUMN w int; ROLLBACK; CREATE TEMP TABLE x (y int)")
    // Messages of others are left alone, whatever they are.
    try pair.source.execute("SELECT pg_logical_emit_message(false, 'heartbeat', repeat('x', 3000000))")
    try pair.source.execute("SELECT pg_logical_emit_message(true, 'pgsyncd', 'x'); INSERT INTO t VALUES (1, 'a')")
    try pair.source.execute(
      "BEGIN; INSERT INTO u VALUES (1, 'old shape'); ALTER TABLE u ADD COLUMN w int; INSERT INTO t VALUES (2, 'b'); COMMIT"
    )
    try pair.wait(for: "u", toStopFor: "source_added_column")
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT id FROM u") == [["1"]])
    #expect(try pair.condition(of: "t") == ["streaming", nil, nil])
    try pair.expectEqual("t")
    try pair.source.execute("DROP TABLE t")
    try pair.wait(for: "t", toNeedRepairFor: "publication_gap: the source has dropped")
    try Self.remove("source_event_trigger.sql", on: pair.source)
  }
}
