import Foundation
import PostgresClusters
import Testing

/// `parking.on_limit: resync`: a table that has parked too much is copied anew when it resumes; the stream never rests.
@Suite("Copying anew at the limit of parking")
struct ParkingLimitTests {
  @Test(
    "what is parked is dropped, the other tables stream on, and the table is copied at resume, also after a restart")
  func limit() throws {
    let pair = try PipelinePair(
      schema: "CREATE TABLE items (id int PRIMARY KEY, v text); CREATE TABLE others (id int PRIMARY KEY)")
    try pair.source.execute("INSERT INTO items SELECT g, 'old' FROM generate_series(1, 100) g")
    let config = FileManager.default.temporaryDirectory.appendingPathComponent("limit-\(UUID().uuidString).yaml")
    try Data("parking: {max_bytes: 64kB, on_limit: resync}\n".utf8).write(to: config)
    defer { try? FileManager.default.removeItem(at: config) }
    var service = try pair.startStreaming("--config", config.path)
    defer { service.end() }
    try pair.source.execute("ALTER TABLE items ADD COLUMN extra int; UPDATE items SET extra = id")
    try pair.wait(for: "items", toBe: "stopped")
    try pair.source.execute("UPDATE items SET v = repeat('much', 500)")
    try pair.target.waitFor(
      "what is parked is dropped",
      trueOf: """
        SELECT copy_needed = 'again' AND NOT EXISTS (SELECT FROM pgsyncd.parked_changes) FROM pgsyncd.tables
        WHERE table_name = 'items'
        """)
    try pair.source.execute("UPDATE items SET v = 'later'; INSERT INTO others VALUES (1)")
    try pair.waitForCatchUp()
    #expect(try pair.differences("others") == [])
    let status = try pair.status(of: "items")
    #expect(status["parked_changes"] as? Int == 0 && status["status"] as? String == "schema_mismatch", "\(status)")
    #expect(status["needs_repair"] as? String == "parking_limit")
    try service.terminate()
    try pair.source.execute("DELETE FROM items WHERE id = 7")
    service = try pair.startStreaming("--config", config.path)
    #expect(try pair.run("resume", "--table", "items").exitCode == 2, "the schemas do not fit yet")
    try pair.target.execute("ALTER TABLE items ADD COLUMN extra int")
    let resumed = try pair.run("resume", "--table", "items", "--wait")
    #expect(resumed.exitCode == 0, "\(resumed)\n\(service.log)")
    try pair.source.execute("UPDATE items SET v = 'last' WHERE id = 9")
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
    #expect(try pair.status(of: "items")["status"] as? String == "ok")
  }
}
