import LogicalReplication
import PostgresTypes
import Testing

@Suite("The status model")
struct StatusModelTests {
  @Test(
    "a table's status follows from its worker",
    arguments: [
      (.pending, nil, nil, false, .copying), (.copying, nil, nil, true, .copying),
      (.catchingUp, "schema_mismatch", nil, false, .catchingUp), (.streaming, nil, nil, false, .ok),
      (.streaming, nil, nil, true, .warning), (.streaming, nil, "row_missing", true, .needsRepair),
      (.stopped, "schema_mismatch", "row_missing", true, .schemaMismatch),
      (.stopped, "apply_error", nil, false, .applyError), (.stopped, "pending_approval", nil, false, .pendingApproval),
      (.stopped, "paused", nil, false, .paused),
    ] as [(TableState, String?, String?, Bool, TableCondition)])
  func condition(
    _ worker: TableState, _ stopKind: String?, _ needsRepair: String?, _ hasWarnings: Bool, _ expected: TableCondition
  ) {
    #expect(
      TableCondition(worker: worker, stopKind: stopKind, needsRepair: needsRepair, hasWarnings: hasWarnings)
        == expected)
  }

  @Test(
    "moments as text",
    arguments: [
      ("2000-01-01T00:00:00Z", 0), ("1999-12-31T23:59:59Z", -1), ("2026-02-04T20:15:00Z", 823_551_300),
      ("2024-02-29T12:00:01Z", 762_523_201), ("1970-01-01T00:00:00Z", -946_684_800),
      ("2100-03-01T00:00:00Z", 3_160_857_600), ("0001-01-01T00:00:00Z", -63_082_281_600),
    ] as [(String, Int64)])
  func iso8601(_ text: String, _ seconds: Int64) {
    let moment = PostgresTimestamp(rawValue: seconds * 1_000_000)
    #expect(moment.iso8601 == text)
    #expect(PostgresTimestamp(iso8601: text) == moment)
    #expect(PostgresTimestamp(rawValue: seconds * 1_000_000 + 999_999).iso8601 == text)
  }

  @Test("what is no moment", arguments: ["", "2026-02-04", "2026-13-04T20:15:00Z", "2026-02-04T20:15:00+", "x"])
  func notISO8601(_ text: String) { #expect(PostgresTimestamp(iso8601: text) == nil) }

  @Test("lag: bytes to the source's position, seconds since the target was complete")
  func lag() {
    func moment(_ seconds: Int64) -> PostgresTimestamp { PostgresTimestamp(rawValue: seconds * 1_000_000) }
    func lsn(_ position: UInt64) -> LSN { LSN(rawValue: position) }
    let behind = PipelineLag(
      applied: lsn(100), commitTime: moment(50), source: lsn(180), heartbeat: nil, now: moment(60))
    #expect(behind.bytes == 80 && behind.seconds == 10)
    let level = PipelineLag(applied: lsn(180), commitTime: moment(5), source: lsn(180), heartbeat: nil, now: moment(60))
    #expect(level.bytes == 0 && level.seconds == 0)
    // Nothing of ours was written for a long time; other WAL was, a little since the last sign of life.
    let quiet = PipelineLag(
      applied: lsn(170), commitTime: moment(5), source: lsn(180), heartbeat: (lsn(170), moment(58)), now: moment(60))
    #expect(quiet.bytes == 10 && quiet.seconds == 2)
    let stuck = PipelineLag(
      applied: lsn(100), commitTime: moment(5), source: lsn(180), heartbeat: (lsn(170), moment(58)), now: moment(60))
    #expect(stuck.seconds == 55)
    let unknown = PipelineLag(applied: lsn(100), commitTime: nil, source: nil, heartbeat: nil, now: moment(60))
    #expect(unknown.bytes == nil && unknown.seconds == nil)
    let clocks = PipelineLag(
      applied: lsn(100), commitTime: moment(70), source: lsn(180), heartbeat: nil, now: moment(60))
    #expect(clocks.seconds == 0)
    #expect(PipelineLag(applied: nil, commitTime: nil, source: lsn(1), heartbeat: nil, now: moment(1)).bytes == nil)
  }
}
