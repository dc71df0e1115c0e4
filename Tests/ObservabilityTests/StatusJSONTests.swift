import Foundation
import LogicalReplication
import Observability
import PostgresTypes
import Testing

@Suite("status --json")
struct StatusJSONTests {
  @Test("a stopped table, to the letter")
  func stoppedTable() throws {
    #expect(
      try JSONText.pretty(SampleStatus.users) == """
        {
          "accepted_losses" : [

          ],
          "applied_lsn" : "0/16B3700",
          "error" : "Source has new column 'phone_number' not in target",
          "fix" : [
            "ALTER TABLE public.users ADD COLUMN phone_number varchar(20);"
          ],
          "message" : [
            "[ERROR] Schema mismatch detected on public.users",
            "Source has new column: 'phone_number' (type: varchar)",
            "Target does not have this column",
            "Sync STOPPED to prevent data loss."
          ],
          "needs_repair" : null,
          "parked_bytes" : 812345,
          "parked_changes" : 5000,
          "reason" : "source_added_column",
          "resolution" : "Add column to target or use --skip-columns",
          "rows" : {
            "cast_error" : 0,
            "column_mismatch" : 0,
            "constraint_violation" : 0,
            "copied" : 0,
            "deleted" : 4,
            "insert_exists" : 0,
            "inserted" : 120000,
            "row_missing" : 0,
            "truncates" : 0,
            "updated" : 30
          },
          "rows_applied" : 120034,
          "source_oid" : 16385,
          "status" : "schema_mismatch",
          "stopped_at_lsn" : "0/16B3748",
          "stopped_at_row" : null,
          "sync_stopped_at" : "2026-02-04T20:15:00Z",
          "table" : "public.users",
          "warnings" : [

          ],
          "worker" : "stopped"
        }
        """)
  }

  @Test("around the tables, to the letter")
  func pipeline() throws {
    var status = SampleStatus.pipeline
    status.tables = []
    #expect(
      try JSONText.pretty(status) == """
        {
          "applied_lsn" : "0/16B9000",
          "lag_bytes" : 2048,
          "lag_seconds" : 0.5,
          "observed_at" : "2026-02-04T20:18:00Z",
          "phase" : "streaming",
          "pipeline" : "pgsyncd",
          "publication" : "pgsyncd",
          "service" : {
            "activity" : "streaming",
            "heartbeat" : "2026-02-04T20:17:58Z",
            "host" : "db7",
            "last_error" : null,
            "pid" : 4711,
            "running" : true,
            "standby" : true,
            "standbys" : 1,
            "started_at" : "2026-02-04T18:00:00Z",
            "version" : "0.1.0"
          },
          "slot" : {
            "confirmed_flush_lsn" : "0/16B9000",
            "name" : "pgsyncd",
            "observed_at" : "2026-02-04T20:18:00Z",
            "observed_by" : "source",
            "restart_lsn" : "0/16B0000",
            "retained_wal_bytes" : 36864,
            "wal_status" : "reserved"
          },
          "source_lsn" : "0/16B9800",
          "tables" : [

          ]
        }
        """)
  }

  @Test("every key is there when there is nothing to say, as null")
  func keysOfNothing() throws {
    let table = TableStatus(
      name: QualifiedName(schema: "a", name: "b"), sourceOID: OID(rawValue: 1), condition: .copying, worker: .pending)
    let status = PipelineStatus(
      pipeline: "p", publication: "p", phase: "set_up", service: ServiceStatus(), slot: SlotStatus(name: "p"),
      observedAt: SampleStatus.now, tables: [table])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(JSONText.compact(status).utf8)) as? [String: Any])
    #expect(object["lag_bytes"] is NSNull && object["lag_seconds"] is NSNull)
    let slot = try #require(object["slot"] as? [String: Any])
    for key in ["confirmed_flush_lsn", "restart_lsn", "retained_wal_bytes", "wal_status"] {
      #expect(slot[key] is NSNull, "\(key)")
    }
    let service = try #require(object["service"] as? [String: Any])
    #expect(service["running"] as? Bool == false && service["standby"] as? Bool == false)
    for key in ["host", "pid", "version", "heartbeat"] { #expect(service[key] is NSNull, "\(key)") }
    let tables = try #require(object["tables"] as? [[String: Any]])
    for key in ["reason", "error", "sync_stopped_at", "stopped_at_lsn", "stopped_at_row", "resolution", "applied_lsn"] {
      #expect(tables[0][key] is NSNull, "\(key)")
    }
  }

  @Test("what was written is read back the same")
  func roundTrip() throws {
    let text = try JSONText.compact(SampleStatus.pipeline)
    #expect(try JSONDecoder().decode(PipelineStatus.self, from: Data(text.utf8)) == SampleStatus.pipeline)
  }

  @Test("a hostile name is quoted as SQL quotes it")
  func hostileName() throws {
    let table = TableStatus(
      name: QualifiedName(schema: "public", name: "we\"ird; DROP TABLE x"), sourceOID: OID(rawValue: 1),
      condition: .ok, worker: .streaming)
    #expect(try JSONText.compact(table).contains(#""table":"public.\"we\"\"ird; DROP TABLE x\"""#))
  }
}
