import LogicalReplication
import PostgresTypes
import SchemaDrift
import Testing

@testable import Observability

@Suite("The page of metrics")
struct MetricsPageTests {
  private static let users = QualifiedName(schema: "public", name: "users")

  /// A page on which everything has happened once.
  private static var page: MetricsPage {
    var counters = PipelineCounters()
    counters.unitApplied(seconds: 0.004, transactions: 3)
    var rows = RowCounters()
    rows.inserted = 5
    rows.updated = 4
    rows.deleted = 3
    rows.truncates = 1
    counters.applied(rows, to: users)
    counters.skipped(2, of: users, reason: "column_mismatch")
    counters.copied(100, of: users)
    counters.validated(.failUnsafe, seconds: 0.02)
    counters.stopped(users, reasons: ["source_added_column", "unsafe_cast"], seconds: 0.25)
    var page = MetricsPage(
      namespace: "prod", deployment: "eu \"1\"", counters: counters, isLeader: true, status: SampleStatus.pipeline)
    page.lag.bytes = 2048
    page.lag.seconds = 0.5
    return page
  }

  private static let labels = #"namespace="prod",deployment="eu \"1\"""#

  @Test("has every metric of the contract with its labels")
  func everything() {
    let text = Self.page.text
    let wanted = [
      #"pgsyncd_schema_status{*,table="users",schema="public"} 0"#,
      #"pgsyncd_schema_status{*,table="Orders",schema="shop"} 1"#,
      #"pgsyncd_schema_mismatches_total{*,table="public.users",type="source_added_column"} 1"#,
      #"pgsyncd_schema_mismatches_total{*,table="public.users",type="unsafe_cast"} 1"#,
      #"pgsyncd_schema_mismatches_total{*,table="public.users",type="type_mismatch"} 1"#,
      #"pgsyncd_tables_blocked_schema_total{*,reason="data_loss_risk"} 1"#,
      #"pgsyncd_tables_blocked_schema_total{*,reason="type_mismatch"} 0"#,
      #"pgsyncd_tables_blocked_schema_total{*,reason="target_not_null"} 0"#,
      #"pgsyncd_rows_skipped_schema_total{*,table="public.users",reason="column_mismatch"} 2"#,
      #"pgsyncd_schema_validations_total{*,result="pass"} 0"#,
      #"pgsyncd_schema_validations_total{*,result="fail_safe"} 0"#,
      #"pgsyncd_schema_validations_total{*,result="fail_unsafe"} 1"#,
      #"pgsyncd_schema_validations_total{*,result="warning"} 0"#,
      "pgsyncd_schema_validation_duration_seconds_count{*} 1",
      #"pgsyncd_drift_detection_seconds_bucket{*,le="0.25"} 1"#,
      #"pgsyncd_rows_applied_total{*,table="public.users",operation="insert"} 5"#,
      #"pgsyncd_rows_applied_total{*,table="public.users",operation="update"} 4"#,
      #"pgsyncd_rows_applied_total{*,table="public.users",operation="delete"} 3"#,
      #"pgsyncd_rows_applied_total{*,table="public.users",operation="truncate"} 1"#,
      "pgsyncd_transactions_applied_total{*} 3", "pgsyncd_apply_batch_seconds_sum{*} 0.004",
      "pgsyncd_replication_lag_bytes{*} 2048", "pgsyncd_replication_lag_seconds{*} 0.5",
      #"pgsyncd_parked_changes{*,table="public.users"} 5000"#,
      #"pgsyncd_parked_bytes{*,table="public.users"} 812345"#,
      #"pgsyncd_table_state{*,table="public.users",state="stopped"} 1"#,
      #"pgsyncd_table_state{*,table="public.users",state="streaming"} 0"#,
      #"pgsyncd_table_state{*,table="shop.\"Orders\"",state="streaming"} 1"#,
      #"pgsyncd_copy_rows_total{*,table="public.users"} 100"#, "pgsyncd_slot_retained_wal_bytes{*} 36864",
      "pgsyncd_up{*} 1", "pgsyncd_leader{*} 1",
    ].map { $0.replacing("{*", with: "{" + Self.labels) }
    let lines = Set(text.split(separator: "\n").map(String.init))
    for line in wanted { #expect(lines.contains(line), "\(line)\n\(text)") }
  }

  @Test("every sample has both common labels, and every family its help and type")
  func commonLabels() {
    for line in Self.page.text.split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.contains("{" + Self.labels), "\(line)")
    }
    let families = Self.page.families
    #expect(families.count == 19 && Set(families.map(\.name)).count == 19)
    for family in families {
      #expect(family.name.hasPrefix("pgsyncd_") && family.help.hasSuffix("."))
      // What promtool asks of a counter; the one name that says otherwise is untyped.
      #expect(family.name.hasSuffix("_total") == (family.kind == .counter || family.kind == .untyped))
    }
  }

  @Test("a process that stands by shows its own figures alone")
  func standby() {
    var page = Self.page
    page.isLeader = false
    let samples = page.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(samples.contains { $0.hasPrefix("pgsyncd_leader{") && $0.hasSuffix(" 0") })
    for name in [
      "schema_status", "tables_blocked", "table_state", "parked", "replication_lag", "slot",
    ] {
      #expect(!samples.contains { $0.hasPrefix("pgsyncd_\(name)") }, "\(name)")
    }
  }

  @Test("a copy that starts over never takes a counter back")
  func copyAgain() {
    var counters = PipelineCounters()
    let key = SeriesKey(Self.users)
    for (told, total) in [(10, 10), (30, 30), (30, 30), (5, 35), (20, 50)] as [(Int64, Int64)] {
      counters.copied(told, of: Self.users)
      #expect(counters.rowsCopied[key]?.total == total)
    }
  }

  @Test("a copy that follows a complete one counts from its first row on")
  func copyAfterCopy() {
    var counters = PipelineCounters()
    counters.copied(40, of: Self.users)
    counters.copied(100, of: Self.users, isComplete: true)
    counters.copied(100, of: Self.users, isComplete: true)
    #expect(counters.rowsCopied[SeriesKey(Self.users)]?.total == 200)
  }

  @Test("nothing that is counted ever falls, whatever happens in whatever order")
  func monotonic() {
    var generator = SystemRandomNumberGenerator()
    var counters = PipelineCounters()
    var before: [Int64] = []
    for _ in 0..<2000 {
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: counters.unitApplied(seconds: .random(in: -1...50), transactions: .random(in: 0...5))
      case 1: counters.copied(.random(in: 0...100), of: Self.users)
      case 2: counters.validated(.pass, seconds: .random(in: 0...1))
      case 3: counters.stopped(Self.users, reasons: ["unsafe_cast"], seconds: .random(in: -1...1))
      default: counters.skipped(.random(in: -5...5), of: Self.users, reason: "cast_error")
      }
      let now =
        [counters.transactions, counters.batchSeconds.count, counters.detectionSeconds.count]
        + [counters.validations[.pass] ?? 0, counters.rowsCopied[SeriesKey(Self.users)]?.total ?? 0]
        + [counters.rowsSkipped[SeriesKey(Self.users, "cast_error")] ?? 0]
      for (old, new) in zip(before, now) { #expect(new >= old) }
      before = now
    }
  }

  @Test("each reason code is counted under one of the three words, and only while the schema blocks")
  func blockedReasons() {
    for reason in ReasonCode.allCases {
      var table = SampleStatus.users
      table.reason = reason.rawValue
      let expected: BlockedReason =
        switch reason {
        case .unsafeCast, .safeCast, .sourceEnumLabel: .typeMismatch
        case .targetNotNull: .targetNotNull
        default: .dataLossRisk
        }
      for condition in TableCondition.allCases {
        table.condition = condition
        let isBlocked = condition == .schemaMismatch || condition == .pendingApproval
        #expect(BlockedReason(table) == (isBlocked ? expected : nil))
      }
    }
  }
}
