import Foundation
import LibPQ
import Testing

@testable import SyncEngine

@Suite("pgsyncd status against a server")
struct StatusCommandTests {
  private func object(_ outcome: Program.Outcome) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  @Test("with the service down, the catalog alone tells everything")
  func down() throws {
    let pipeline = try PreparedPipeline()
    try pipeline.drift()
    let outcome = try pipeline.run("status", "--json", withoutSource: true)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let status = try object(outcome)
    #expect(status["pipeline"] as? String == "pgsyncd" && status["phase"] as? String == "streaming")
    #expect((status["service"] as? [String: Any])?["running"] as? Bool == false)
    let tables = try #require(status["tables"] as? [[String: Any]])
    #expect(tables.map { $0["table"] as? String } == ["public.users", "shop.\"Orders\""])
    #expect(tables[0]["status"] as? String == "schema_mismatch" && tables[0]["worker"] as? String == "stopped")
    #expect(tables[0]["reason"] as? String == "source_added_column")
    #expect(tables[0]["stopped_at_lsn"] as? String == "0/16B3748")
    #expect(tables[1]["status"] as? String == "ok" && tables[1]["applied_lsn"] as? String == "0/16B9000")
  }

  @Test("with the service up, the lock says so; a source that answers tells of the slot")
  func up() throws {
    let pipeline = try PreparedPipeline()
    let leading = try LeadingSession(pipeline) { _, _ in }
    let status = try object(pipeline.run("status", "--format", "json", "--table", "users"))
    leading.end()
    #expect((status["service"] as? [String: Any])?["running"] as? Bool == true)
    #expect((status["slot"] as? [String: Any])?["observed_by"] as? String == "source")
    #expect((status["tables"] as? [[String: Any]])?.count == 1)
    #expect(status["lag_bytes"] is Int)
    #expect(((try object(pipeline.run("status", "--json"))["service"]) as? [String: Any])?["running"] as? Bool == false)
  }

  @Test("an unknown table is a usage error with the nearest name, an unknown pipeline a failure")
  func unknown() throws {
    let pipeline = try PreparedPipeline()
    let table = try pipeline.run("status", "--table", "orders")
    #expect(table.status == 64 && table.errors.contains("did you mean 'shop.\"Orders\"'?") && table.output.isEmpty)
    let other = try pipeline.run("status", "--pipeline", "other")
    #expect(other.status == 1 && other.errors.contains("no pipeline named other"))
  }

  @Test("10,000 tables in a second, by a number of statements that does not grow")
  func manyTables() throws {
    let pipeline = try PreparedPipeline()
    try pipeline.connection.execute(
      """
      INSERT INTO pgsyncd.tables (pipeline, source_oid, schema_name, table_name, state, source_schema,
        source_fingerprint)
      SELECT 'pgsyncd', 100000 + n, 'many', 't' || n, 'streaming', '{}', '' FROM generate_series(1, 10000) n;
      INSERT INTO pgsyncd.table_counters (pipeline, source_oid)
      SELECT pipeline, source_oid FROM pgsyncd.tables WHERE schema_name = 'many'
      """)
    let reader = StatusReader(pipeline.connection, pipeline: "pgsyncd")
    var count = 0
    let duration = try ContinuousClock().measure { count = try reader.read().tables.count }
    #expect(count == 10_002)
    #expect(duration < .seconds(1))
  }
}
