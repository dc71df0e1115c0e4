import Foundation
import PostgresClusters
import Testing

/// What Prometheus and Grafana see of a running service.
@Suite("Monitoring")
struct MonitoringTests {
  private static let hostile = "\"<script>alert('x')</script>\""
  private static let schema = """
    CREATE TABLE users (id int PRIMARY KEY, v text);
    CREATE TABLE orders (id int PRIMARY KEY, v text);
    CREATE TABLE items (id int PRIMARY KEY);
    CREATE TABLE \(hostile) (id int PRIMARY KEY);
    """

  /// The names of the contract; a histogram's by one of its series.
  private static let metrics = [
    "pgsyncd_schema_status", "pgsyncd_schema_mismatches_total", "pgsyncd_tables_blocked_schema_total",
    "pgsyncd_schema_validations_total", "pgsyncd_schema_validation_duration_seconds_count",
    "pgsyncd_drift_detection_seconds_count", "pgsyncd_rows_applied_total", "pgsyncd_transactions_applied_total",
    "pgsyncd_apply_batch_seconds_count", "pgsyncd_replication_lag_bytes", "pgsyncd_replication_lag_seconds",
    "pgsyncd_parked_changes", "pgsyncd_parked_bytes", "pgsyncd_table_state", "pgsyncd_copy_rows_total",
    "pgsyncd_slot_retained_wal_bytes", "pgsyncd_up", "pgsyncd_leader", "pgsyncd_rows_skipped_schema_total",
  ]

  @Test("a real Prometheus scrapes the service, and every query of the dashboard is answered while a table is stopped")
  func prometheus() throws {
    let pair = try PipelinePair(schema: Self.schema)
    try pair.source.execute("INSERT INTO users SELECT g, 'x' FROM generate_series(1, 100) g")
    let file = try TemporaryFile(
      "http: {listen: '127.0.0.1:0'}\nmetrics: {namespace: prod, deployment: 'eu \"1\"'}\n")
    let service = try pair.startStreaming("--config", file.path, "--http-listen", "127.0.0.1:0")
    defer { service.end() }
    let address = try service.listeningAddress()
    let target = address.replacing("http://", with: "").replacing("/", with: "")
    let prometheus = try PrometheusServer(scraping: target)
    // The counters have been seen before they count.
    try prometheus.wait(for: "count_over_time(pgsyncd_up[1m]) >= 2")

    try pair.source.execute(
      "INSERT INTO orders SELECT g, 'x' FROM generate_series(1, 50) g; UPDATE orders SET v = 'y' WHERE id <= 7")
    try pair.source.execute("DELETE FROM orders WHERE id = 9; TRUNCATE \(Self.hostile)")
    try pair.source.execute("ALTER TABLE users ADD COLUMN phone text; INSERT INTO users VALUES (101, 'x', '123')")
    try pair.wait(for: "users", toBe: "stopped")
    try pair.waitForCatchUp()
    // One table goes on without a column, by leave of the operator.
    try pair.source.execute("ALTER TABLE items ADD COLUMN v text; INSERT INTO items VALUES (1, 'x')")
    try pair.wait(for: "items", toBe: "stopped")
    #expect(try pair.run("resume", "--table", "items", "--skip-columns=items.v").exitCode == 0)
    try pair.wait(for: "items", toBe: "streaming")
    try pair.source.execute("INSERT INTO items VALUES (2, 'y'), (3, NULL)")
    try pair.waitForCatchUp()
    let labels = #"namespace="prod",deployment="eu \"1\"""#
    // Rows that have a value there which did not arrive.
    try prometheus.wait(
      for: "pgsyncd_rows_skipped_schema_total{\(labels),table=\"public.items\",reason=\"column_mismatch\"} == 2")
    try prometheus.wait(for: "pgsyncd_schema_status{\(labels),table=\"users\",schema=\"public\"} == 0")
    try prometheus.wait(for: "sum(pgsyncd_tables_blocked_schema_total{\(labels)}) == 1")
    try prometheus.wait(for: "count_over_time(pgsyncd_rows_applied_total{\(labels),table=\"public.orders\"}[1m]) >= 3")

    for name in Self.metrics { #expect(try !prometheus.query(name).isEmpty, "\(name) has no sample") }
    let exact = [
      #"pgsyncd_tables_blocked_schema_total{*,reason="data_loss_risk"}"#: "1",
      #"pgsyncd_tables_blocked_schema_total{*,reason="type_mismatch"}"#: "0",
      #"pgsyncd_schema_mismatches_total{*,table="public.users",type="source_added_column"}"#: "1",
      #"pgsyncd_drift_detection_seconds_count{*}"#: "2",
      #"pgsyncd_schema_status{*,table="items",schema="public"}"#: "1",
      #"pgsyncd_rows_applied_total{*,table="public.orders",operation="insert"}"#: "50",
      #"pgsyncd_rows_applied_total{*,table="public.orders",operation="update"}"#: "7",
      #"pgsyncd_rows_applied_total{*,table="public.orders",operation="delete"}"#: "1",
      #"pgsyncd_rows_applied_total{*,table="public.\"<script>alert('x')</script>\"",operation="truncate"}"#: "1",
      #"pgsyncd_copy_rows_total{*,table="public.users"}"#: "100",
      #"pgsyncd_parked_changes{*,table="public.users"}"#: "1",
      #"pgsyncd_table_state{*,table="public.users",state="stopped"}"#: "1",
      #"pgsyncd_table_state{*,table="public.users",state="streaming"}"#: "0",
      #"pgsyncd_schema_status{*,table="<script>alert('x')</script>",schema="public"}"#: "1",
      #"pgsyncd_leader{*}"#: "1",
    ]
    for (query, value) in exact {
      let results = try prometheus.query(query.replacing("{*", with: "{" + labels))
      #expect(results.map(\.value) == [value], "\(query)")
    }
    // The source writes WAL of its own, so the lag is a number that the scrape met by chance.
    #expect(try prometheus.query("pgsyncd_replication_lag_bytes").first.flatMap { Double($0.value) } ?? -1 >= 0)
    #expect(try prometheus.query("pgsyncd_transactions_applied_total").first.flatMap { Int($0.value) } ?? 0 >= 3)

    try checkDashboard(prometheus)
    try checkPages(service)

    // Set right, it goes on, and the counters stay.
    try pair.target.execute("ALTER TABLE users ADD COLUMN phone text")
    #expect(try pair.run("resume", "--table", "users").exitCode == 0)
    try pair.wait(for: "users", toBe: "streaming")
    try prometheus.wait(for: "pgsyncd_schema_status{\(labels),table=\"users\"} == 1")
    try prometheus.wait(for: "pgsyncd_parked_changes{\(labels),table=\"public.users\"} == 0")
    try prometheus.wait(for: "pgsyncd_rows_applied_total{\(labels),table=\"public.users\",operation=\"insert\"} == 1")
    #expect(try prometheus.query("resets(pgsyncd_schema_mismatches_total[5m]) > 0").isEmpty)
  }

  /// Every query of the dashboard is answered, and has something to show where the scene has something.
  private func checkDashboard(_ prometheus: PrometheusServer) throws {
    try prometheus.wait(for: #"ALERTS{alertname="PgsyncdTablesBlocked"}"#)
    let dashboard = try GrafanaDashboard()
    #expect(dashboard.queries.count >= 25)
    for wanted in [
      "Schema health", "Alerts", "Lag in bytes", "Lag in time", "Rows applied", "Parked changes, by table",
      "Drift detection latency",
    ] {
      #expect(dashboard.titles.contains(wanted), "\(wanted)")
    }
    for query in dashboard.queries {
      let results = try prometheus.query(query.expression)
      #expect(!results.isEmpty, "\(query.panel): \(query.expression)")
    }
  }

  /// The pages as they are served while a table is stopped.
  private func checkPages(_ service: Program) throws {
    let metrics = try service.page("metrics")
    #expect(metrics.status == 200)
    #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    let lint = try Promtool.run("check", "metrics", input: metrics.body)
    #expect(lint.exitCode == 0 && lint.says.isEmpty, "\(lint.says)")
    let status = try service.page("")
    #expect(status.status == 200 && status.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
    #expect(status.body.contains("ALTER TABLE public.users ADD COLUMN phone text;"))
    #expect(status.body.contains("schema_mismatch") && status.body.contains("&lt;script&gt;alert(&#39;x&#39;)"))
    #expect(!status.body.contains("<script"))
    #expect(try service.page("healthz").body == "alive\n")
    #expect(
      try service.waitForReadiness(200).says.hasPrefix("ready: Leads the pipeline"), "one stopped table is no fault")
    #expect(try service.page("nothing").status == 404)
    #expect(try service.page("metrics?x=1").status == 200)
    for method in ["POST", "DELETE", "PUT"] {
      #expect(try HTTPPage.get(service.listeningAddress() + "metrics", method: method).status == 405)
    }
    let head = try HTTPPage.get(service.listeningAddress() + "readyz", method: "HEAD")
    #expect(head.status == 200 && head.body.isEmpty)
  }

  @Test("the rules of docker/ are valid, and hold in the cases that are written down for them")
  func rules() throws {
    let folder = PrometheusServer.dockerFolder.appendingPathComponent("prometheus").path
    for arguments in [
      ["check", "config", "\(folder)/prometheus.yml"], ["check", "rules", "\(folder)/rules/pgsyncd.yml"],
      ["test", "rules", "\(folder)/tests/pgsyncd_test.yml"],
    ] {
      let outcome = try Promtool.run(arguments[0], arguments[1], arguments[2])
      #expect(outcome.exitCode == 0, "\(arguments)\n\(outcome.says)")
    }
  }
}
