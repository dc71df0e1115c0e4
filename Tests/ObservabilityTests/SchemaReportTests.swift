import Foundation
import LogicalReplication
import Observability
import SchemaDrift
import Testing

@Suite("Reports on schemas")
struct SchemaReportTests {
  private let report = SchemaReport(
    pipeline: "pgsyncd", isSetUp: true, verdicts: [SampleSchemas.sameVerdict, SampleSchemas.verdict])

  private func object(_ value: some Encodable) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(JSONText.compact(value).utf8)) as? [String: Any])
  }

  @Test("text: a line a table, the message of each that needs attention, a summary, what to do")
  func text() throws {
    let lines = SchemaReportText(report, style: .plain).lines
    #expect(lines[0] == "TABLE          VERDICT     FINDINGS")
    #expect(lines[1].hasPrefix("public.users   blocked     source_added_column (phone), unsafe_cast (price)"))
    #expect(lines[2] == "shop.\"Orders\"  compatible  -")
    #expect(lines.contains("[ERROR] Schema mismatch detected on public.users"))
    #expect(lines.contains { $0.contains("ALTER TABLE public.users ADD COLUMN phone text;") })
    #expect(lines[lines.count - 2] == "2 tables: 1 compatible, 0 with warnings, 1 blocked")
    #expect(
      SchemaReportText(SchemaReport(pipeline: "p", isSetUp: true, verdicts: []), style: .plain).lines == ["No tables."])
  }

  @Test("before the setup nothing is said of resuming")
  func beforeSetup() {
    let report = SchemaReport(pipeline: "pgsyncd", isSetUp: false, verdicts: [SampleSchemas.verdict])
    let text = SchemaReportText(report, style: .plain).lines.joined(separator: "\n")
    #expect(text.contains("ALTER TABLE public.users ADD COLUMN phone text;") && text.contains("pgsyncd setup"))
    #expect(!text.contains("pgsyncd resume") && !text.contains("pgsyncd status"))
  }

  @Test("JSON: result, summary, and a verdict with its findings for each table")
  func json() throws {
    let object = try object(report)
    #expect(object["result"] as? String == "blocked" && object["pipeline"] as? String == "pgsyncd")
    #expect(
      object["summary"] as? [String: Int] == ["tables": 2, "compatible": 1, "warning": 0, "blocked": 1])
    let tables = try #require(object["tables"] as? [[String: Any]])
    #expect(tables.map { $0["table"] as? String } == ["public.users", "shop.\"Orders\""])
    #expect(tables[0]["verdict"] as? String == "blocked")
    #expect(tables[0]["reason"] as? String == "source_added_column" && tables[1]["reason"] is NSNull)
    #expect((tables[0]["fix"] as? [String])?.first == "ALTER TABLE public.users ADD COLUMN phone text;")
    let findings = try #require(tables[0]["findings"] as? [[String: Any]])
    let keys = ["reason", "severity", "column", "error", "message", "impact", "resolution", "fix", "alternatives"]
    for key in keys + ["fix_after_resume", "backfill"] { #expect(findings[0][key] != nil, "\(key)") }
    #expect(findings[0]["reason"] as? String == "source_added_column" && findings[0]["column"] as? String == "phone")
  }

  @Test("diff, text: every column of either side once")
  func diffText() {
    let diff = TableDiffReport(
      verdict: SampleSchemas.verdict, diff: SchemaDiff(source: SampleSchemas.source, target: SampleSchemas.target),
      status: SampleStatus.users)
    let lines = TableDiffText(diff, style: .plain).lines
    #expect(
      lines[0...8].joined(separator: "\n") == """
        COLUMN  SOURCE                 TARGET                 COMPARISON
        id      bigint NOT NULL        bigint NOT NULL        in common
        name    character varying(20)  character varying(30)  type: lossless
        price   numeric(10,2)          integer                type mismatch: lose precision (19.99 → 20)
        phone   text                   -                      source only
        note    -                      text                   target only

        3 in common, 1 source only, 1 target only, 2 type mismatches
        Verdict: blocked
        """)
    #expect(lines[9] == "Sync status: schema_mismatch (source_added_column)")
  }

  @Test("diff, JSON: in common, source only, target only, type mismatches, status, reason, fix")
  func diffJSON() throws {
    let diff = TableDiffReport(
      verdict: SampleSchemas.verdict, diff: SchemaDiff(source: SampleSchemas.source, target: SampleSchemas.target),
      status: SampleStatus.users)
    let object = try object(diff)
    let common = try #require(object["in_common"] as? [[String: Any]])
    #expect(common.map { $0["column"] as? String } == ["id", "name", "price"])
    #expect(common.map { $0["conversion"] as? String } == ["identical", "widening", "lossy"])
    #expect((object["source_only"] as? [[String: Any]])?.map { $0["column"] as? String } == ["phone"])
    #expect((object["target_only"] as? [[String: Any]])?.map { $0["column"] as? String } == ["note"])
    #expect(object["type_mismatches"] as? [String] == ["name", "price"])
    #expect(object["sync_status"] as? String == "schema_mismatch" && object["exists_on_target"] as? Bool == true)
    #expect(object["reason"] as? String == "source_added_column" && object["verdict"] as? String == "blocked")
    #expect((object["fix"] as? [String])?.isEmpty == false)
  }

  @Test("diff of a table that the target lacks")
  func missing() throws {
    let verdict = Judgement(source: SampleSchemas.source, target: nil).verdict()
    let diff = TableDiffReport(verdict: verdict, diff: nil, status: nil)
    #expect(try object(diff)["exists_on_target"] as? Bool == false)
    let lines = TableDiffText(diff, style: .plain).lines
    #expect(lines[0] == "The target has no table public.users.")
    #expect(lines.contains("Sync status: not set up"))
  }
}
