import LogicalReplication
import PostgresTypes
import Testing

@testable import Observability

@Suite("The status page")
struct StatusPageTests {
  private func page(_ status: PipelineStatus?, _ readiness: Readiness = .ready("Fine.")) -> String {
    StatusPage(pipeline: "pgsyncd", status: status, ageSeconds: 1, readiness: readiness).html
  }

  @Test("shows tables, states, lag, the message of a stopped table and its fix")
  func content() {
    let html = page(SampleStatus.pipeline)
    for part in [
      "public.users", "shop.&quot;Orders&quot;", "schema_mismatch", "streaming", "2 kB, 0.5 s",
      "Source has new column: &#39;phone_number&#39; (type: varchar)",
      "<pre>ALTER TABLE public.users ADD COLUMN phone_number varchar(20);\npgsyncd resume --table public.users</pre>",
      "needs repair: row_missing", "5000 changes parked", "<title>(1) pgsyncd pgsyncd</title>", ">ready<",
    ] {
      #expect(html.contains(part), "\(part)\n\(html)")
    }
  }

  @Test("says why it is not ready, and what it is without a catalog")
  func notReady() {
    let html = page(nil, .notReady("The target <hangs>."))
    #expect(html.contains("badge bad") && html.contains("The target &lt;hangs&gt;.") && html.contains("not been read"))
  }

  @Test(
    "whatever a name or a message holds stays text",
    arguments: [
      "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</pre></section><script>", "&lt;b&gt;",
      "javascript:alert(1)", "a\u{202E}b", "\u{1}", "' onmouseover='x",
    ])
  func hostile(text: String) {
    var table = SampleStatus.users
    table.name = QualifiedName(schema: text, name: text)
    table.error = text
    table.reason = text
    table.resolution = text
    table.fix = [text]
    table.message = [text]
    table.warnings = [text]
    table.acceptedLosses = [
      LossStatus(
        what: text, kind: "skipped_column", column: text, leave: "skip_columns", since: PostgresTimestamp(rawValue: 0))
    ]
    table.needsRepair = text
    var status = SampleStatus.pipeline
    status.tables = [table]
    status.slot.name = text
    status.slot.walStatus = text
    status.service.host = text
    status.service.activity = text
    let html = StatusPage(pipeline: text, status: status, ageSeconds: nil, readiness: .notReady(text)).html
    // The skeleton of the page is that of a page without anything of it: no tag and no attribute came in.
    var plain = status
    plain.tables = []
    #expect(!html.contains("<script") && !html.contains("<img") && !html.contains("onerror=alert(1)>\""))
    let allowed: Set<Substring> = [
      "html", "head", "meta", "title", "style", "body", "header", "h1", "span", "p", "dl", "div", "dt", "dd", "section",
      "h2", "pre", "table", "thead", "tbody", "tr", "th", "td", "footer", "a", "!DOCTYPE",
    ]
    for tag in html.split(separator: "<").dropFirst() {
      let name = tag.drop { $0 == "/" }.prefix { $0 != " " && $0 != ">" }
      #expect(allowed.contains(name), "\(name)")
    }
    #expect(!html.unicodeScalars.contains("\u{202E}") && !html.unicodeScalars.contains("\u{1}"))
  }

  @Test("loads nothing from anywhere and has no script")
  func selfContained() {
    let html = page(SampleStatus.pipeline)
    for part in ["<script", "<link", "<img", "http://", "https://", "url(", "@import", "<form", "<iframe", "onclick"] {
      #expect(!html.contains(part), "\(part)")
    }
    #expect(StatusPage.contentSecurityPolicy.hasPrefix("default-src 'none';"))
    #expect(!StatusPage.contentSecurityPolicy.contains("script"))
  }
}
