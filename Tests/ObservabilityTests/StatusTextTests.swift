import LogicalReplication
import Observability
import PostgresTypes
import Testing

@Suite("status as text")
struct StatusTextTests {
  @Test("everything of a pipeline, into a pipe")
  func whole() {
    let text = StatusText(SampleStatus.pipeline, style: .plain).lines.joined(separator: "\n")
    #expect(
      text == """
        Pipeline  pgsyncd: streaming, publication pgsyncd
        Service   running on db7, pid 4711, version 0.1.0, streaming, sign of life 2 s ago; 1 standby
        Slot      pgsyncd: confirmed 0/16B9000, keeps 36 kB of WAL (reserved)
        Lag       2 kB, 0.5 s

        TABLE          STATUS           WORKER     COPIED  APPLIED  PARKED  PARKED SIZE  APPLIED UP TO
        public.users   schema_mismatch  stopped         0   120034    5000       793 kB  0/16B3700
        shop."Orders"  ok               streaming    1000        0       0            -  0/16B9000
        shop.items     needs_repair     streaming       0        0       0            -  -

        public.users: schema_mismatch (source_added_column), stopped 3 min ago at 0/16B3748
          [ERROR] Schema mismatch detected on public.users
          Source has new column: 'phone_number' (type: varchar)
          Target does not have this column
          Sync STOPPED to prevent data loss.

        shop.items: needs_repair (row_missing)
          needs repair: row_missing; rows of the two sides may differ
          warning: insert_exists: 2 rows were overwritten

        3 tables: 1 ok, 1 needs_repair, 1 schema_mismatch
        """)
  }

  @Test("a service that is down, with nothing known of slot and lag")
  func down() {
    var status = SampleStatus.pipeline
    status.service = ServiceStatus()
    status.service.host = "db7"
    status.slot = SlotStatus(name: "pgsyncd")
    (status.lagBytes, status.lagSeconds) = (nil, nil)
    let lines = StatusText(status, style: .plain).lines
    #expect(lines[1] == "Service   not running; last on db7")
    #expect(lines[2] == "Slot      pgsyncd: nothing is known of it")
    #expect(lines[3] == "Lag       not known")
  }

  @Test("on a narrow terminal names are shortened, figures are not")
  func narrow() {
    var status = SampleStatus.pipeline
    status.tables[1].name = QualifiedName(schema: "shop", name: String(repeating: "long", count: 15) + "_end")
    let style = TerminalStyle(width: 100, hasColor: false, hasUnicode: true)
    let lines = StatusText(status, style: style).lines
    #expect(lines[5...8].allSatisfy { DisplayText.width($0) <= 100 })
    #expect(lines[7].hasPrefix("shop.lon") && lines[7].contains("..._") == false && lines[7].contains("_end "))
    #expect(StatusText(status, style: .plain).lines[7].contains("longlong_end"))
  }

  @Test("colour goes around words, never into the count of columns")
  func color() {
    let style = TerminalStyle(width: 200, hasColor: true, hasUnicode: true)
    let colored = StatusText(SampleStatus.pipeline, style: style).lines
    let plain = StatusText(SampleStatus.pipeline, style: .plain).lines
    #expect(colored[6].contains("\u{1B}[31mschema_mismatch\u{1B}[0m"))
    let stripped = colored.map { $0.replacing(#/\u{1B}\[[0-9]+m/#, with: "") }
    #expect(stripped == plain)
  }

  @Test("a paused table says how to go on, in words that a shell takes")
  func paused() {
    var status = SampleStatus.pipeline
    var table = TableStatus(
      name: QualifiedName(schema: "shop", name: "Orders"), sourceOID: OID(rawValue: 1), condition: .paused,
      worker: .stopped)
    table.reason = nil
    status.tables = [table]
    let text = StatusText(status, style: .plain).lines.joined(separator: "\n")
    #expect(text.contains("pgsyncd resume --table 'shop.\"Orders\"'"))
  }
}
