import LogicalReplication
import PostgresTypes

/// The page that a browser shows of a pipeline: what it does, every table, and for the ones that need attention what is
/// wrong and how to set it right.
///
/// It only shows: no form, no script, nothing from another host, so it can be left open on a wall. It loads itself anew
/// every few seconds.
public struct StatusPage: Sendable {
  /// Forbids the browser everything that the page does not need.
  public static let contentSecurityPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private let status: PipelineStatus?
  private let readiness: Readiness
  private let pipeline: String
  private let ageSeconds: Double?

  /// Prepares a page.
  ///
  /// - Parameters:
  ///   - pipeline: its name.
  ///   - status: as it was read last; nil if it could not be read yet.
  ///   - ageSeconds: how long ago that was.
  ///   - readiness: what the process says of itself.
  public init(pipeline: String, status: PipelineStatus?, ageSeconds: Double?, readiness: Readiness) {
    self.pipeline = pipeline
    self.status = status
    self.ageSeconds = ageSeconds
    self.readiness = readiness
  }

  /// The whole page.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="refresh" content="5">
    <title>\(HTMLText.escaped(title))</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <header>
    <h1>pgsyncd <span>\(HTMLText.escaped(pipeline))</span></h1>
    <p class="badge \(readiness.isReady ? "good" : "bad")">\(readiness.isReady ? "ready" : "not ready")</p>
    </header>
    <p class="says">\(HTMLText.escaped(readiness.explanation))</p>
    \(body)
    <footer><a href="/metrics">metrics</a> <a href="/readyz">readyz</a> <a href="/healthz">healthz</a></footer>
    </body>
    </html>

    """
  }

  private var title: String {
    let stopped = status?.tables.filter(\.condition.isStopped).count ?? 0
    return (stopped > 0 ? "(\(stopped)) " : "") + "pgsyncd \(pipeline)"
  }

  private var body: String {
    guard let status else { return "<p class=\"empty\">The catalog has not been read yet.</p>" }
    let attention = status.tables.filter(\.condition.needsAttention)
    return ([figures(status)] + attention.map { AttentionCard(table: $0, now: status.observedAt).html })
      .joined(separator: "\n") + "\n" + table(status)
  }

  private func figures(_ status: PipelineStatus) -> String {
    var figures: [(String, String)] = []
    figures.append(("lag", lag(status)))
    figures.append(("durable up to", status.appliedLSN?.description ?? "–"))
    figures.append(("source", status.sourceLSN?.description ?? "–"))
    let slot = status.slot
    figures.append(
      (
        "slot \(slot.name)",
        (slot.retainedWALBytes.map { "keeps \(Quantity.bytes($0))" } ?? "–")
          + (slot.walStatus.map { ", \($0)" } ?? "")
      ))
    figures.append(("service", service(status)))
    figures.append(("seen", ageSeconds.map { "\(Quantity.seconds($0)) ago" } ?? "now"))
    let items = figures.map { "<div><dt>\(HTMLText.escaped($0.0))</dt><dd>\(HTMLText.escaped($0.1))</dd></div>" }
    return "<dl>\n" + items.joined(separator: "\n") + "\n</dl>"
  }

  private func lag(_ status: PipelineStatus) -> String {
    let parts = [status.lagBytes.map(Quantity.bytes), status.lagSeconds.map(Quantity.seconds)].compactMap(\.self)
    return parts.isEmpty ? "not known" : parts.joined(separator: ", ")
  }

  private func service(_ status: PipelineStatus) -> String {
    let service = status.service
    var parts = [service.isRunning ? service.activity?.replacing("_", with: " ") ?? "running" : "not running"]
    if let host = service.host { parts.append("on \(host)") }
    if service.standbys > 0 { parts.append(Quantity.count(Int64(service.standbys), "standby")) }
    return parts.joined(separator: ", ")
  }

  private func table(_ status: PipelineStatus) -> String {
    guard !status.tables.isEmpty else { return "<p class=\"empty\">No tables.</p>" }
    let rows = status.tables.map { table in
      let cells = [
        "\(table.counters.copied)", "\(table.counters.rowsApplied)", "\(table.parkedChanges)",
        table.parkedChanges == 0 ? "–" : Quantity.bytes(table.parkedBytes), table.appliedLSN?.description ?? "–",
      ]
      return "<tr><th scope=\"row\">\(HTMLText.escaped(table.name.sql))</th>"
        + "<td><span class=\"state \(table.condition.pageClass)\">\(table.condition.rawValue)</span></td>"
        + "<td>\(table.worker.rawValue)</td>"
        + cells.map { "<td class=\"n\">\(HTMLText.escaped($0))</td>" }.joined() + "</tr>"
    }
    return """
      <div class="scroll"><table>
      <thead><tr><th scope="col">table</th><th scope="col">status</th><th scope="col">worker</th>\
      <th scope="col" class="n">copied</th><th scope="col" class="n">applied</th><th scope="col" class="n">parked</th>\
      <th scope="col" class="n">parked size</th><th scope="col" class="n">applied up to</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>
      """
  }

  private static let style = """
    :root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2430;--soft:#64707f;--line:#dfe4ea;\
    --good:#1a7f4b;--bad:#c22f2f;--warn:#a86400;--busy:#1769aa}
    @media(prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1a2029;--ink:#e6eaf0;--soft:#93a0b0;--line:#2c3542;\
    --good:#4cc38a;--bad:#ff7b72;--warn:#e3a53d;--busy:#6cb6ff}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:1.5rem;max-width:76rem;background:var(--bg);color:var(--ink);\
    font:15px/1.5 system-ui,sans-serif}
    header{display:flex;align-items:center;gap:1rem;flex-wrap:wrap}
    h1{font-size:1.4rem;margin:0}
    h1 span{color:var(--soft);font-weight:400}
    h2{font-size:1.05rem;margin:0 0 .4rem;overflow-wrap:anywhere}
    .badge{margin:0;padding:.15rem .7rem;border-radius:1rem;color:#fff;font-weight:600}
    .badge.good{background:#1a7f4b}
    .badge.bad{background:#c22f2f}
    .says,.empty,footer{color:var(--soft)}
    dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;margin:1rem 0}
    dl div,section,.scroll{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.7rem .9rem}
    dt{color:var(--soft);font-size:.8rem}
    dd{margin:0;font-weight:600;overflow-wrap:anywhere}
    section{border-left:.3rem solid var(--warn);margin:.75rem 0}
    section.stopped{border-left-color:var(--bad)}
    .message{white-space:pre-wrap;overflow-wrap:anywhere}
    pre{margin:.5rem 0 0;padding:.6rem .8rem;border-radius:.4rem;background:var(--bg);white-space:pre-wrap;\
    overflow-wrap:anywhere;font:13px/1.5 ui-monospace,monospace}
    .scroll{overflow-x:auto;padding:0}
    table{border-collapse:collapse;width:100%}
    th,td{padding:.45rem .8rem;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
    tbody tr:last-child>*{border-bottom:0}
    thead th{color:var(--soft);font-size:.8rem;font-weight:400}
    tbody th{font-weight:600}
    .n{text-align:right;font-variant-numeric:tabular-nums}
    .state{font-weight:600}
    .ok{color:var(--good)}.warn{color:var(--warn)}.busy{color:var(--busy)}.stop{color:var(--bad)}
    footer{margin-top:1rem}
    a{color:inherit}
    """
}

extension TableCondition {
  /// True if somebody has to look at the table.
  var needsAttention: Bool { isStopped || self == .needsRepair }

  /// How the page colours it.
  var pageClass: String {
    switch color {
    case .green: "ok"
    case .yellow: "warn"
    case .red: "stop"
    default: "busy"
    }
  }
}
