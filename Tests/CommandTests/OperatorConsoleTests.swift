import Foundation
import PostgresTypes
import SchemaDrift
import SyncConfiguration
import SyncEngine
import Testing

@testable import Observability
@testable import pgsyncd

@Suite("What sync tells its operator")
struct OperatorConsoleTests {
  private static let users = QualifiedName(schema: "public", name: "users")

  /// What is written to stderr for these events.
  private func written(
    _ events: [PipelineEvent], format: LogFormat = .text, level: LogLevel = .info, style: TerminalStyle = .plain
  ) -> String {
    CapturedStream.text { descriptor in
      let screen = ErrorScreen(style: style, descriptor: descriptor)
      let console = OperatorConsole(sink: LogSink(screen: screen, format: format), level: level)
      for event in events { console.pipeline(event) }
    }
  }

  private var stop: PipelineEvent {
    var stop = TableStop(
      kind: .schemaMismatch, reason: "source_added_column", error: "Source has new column 'phone' not in target",
      resolution: "Add column to target or use --skip-columns",
      fix: ["ALTER TABLE public.users ADD COLUMN phone varchar(20);"],
      message: [
        "[ERROR] Schema mismatch detected on public.users", "Source has new column: 'phone' (type: varchar)",
      ])
    stop.lsn = LSN("0/16B3748")
    return .tableStopped(
      TableStopNotice(sourceOID: OID(rawValue: 1), table: Self.users, stop: stop, detectionSeconds: 0.25))
  }

  @Test("a stop in a text log: the message's own first line, the rest indented")
  func text() {
    let text = written([stop])
    #expect(
      text.split(separator: "\n").map { $0.replacing(#/^[0-9TZ:-]+ /#, with: "") } == [
        "[ERROR] Schema mismatch detected on public.users",
        "    Source has new column: 'phone' (type: varchar)",
      ])
  }

  @Test("a stop on a terminal: a box")
  func terminal() {
    let style = TerminalStyle(width: 80, hasColor: false, hasUnicode: true)
    let lines = written([stop], style: style).split(separator: "\n")
    #expect(lines.count == 4 && lines[0].hasPrefix("┌──") && lines[3].hasPrefix("└──"))
    #expect(lines[1].hasPrefix("│ [ERROR] Schema mismatch detected on public.users"))
  }

  @Test("a stop in a JSON log: the parts are fields")
  func json() throws {
    let text = written([stop], format: .json)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["level"] as? String == "error" && object["event"] as? String == "table_stopped")
    #expect(object["message"] as? String == "Schema mismatch detected on public.users")
    #expect(object["table"] as? String == "public.users" && object["reason"] as? String == "source_added_column")
    #expect(object["fix"] as? [String] == ["ALTER TABLE public.users ADD COLUMN phone varchar(20);"])
    #expect(object["lsn"] as? String == "0/16B3748" && object["detection_seconds"] as? Double == 0.25)
    #expect((object["lines"] as? [String])?.count == 2 && object["resolution"] is String)
  }

  @Test("a copy: a bar on a terminal, a line when it is done")
  func copy() {
    let events: [PipelineEvent] = [
      .copying(table: Self.users, rows: 500, bytes: 50, totalBytes: 100), .copied(table: Self.users, rows: 1000),
    ]
    let style = TerminalStyle(width: 80, hasColor: false, hasUnicode: false)
    let onTerminal = written(events, style: style)
    #expect(onTerminal.contains("50%  500 rows, 50 bytes") && onTerminal.contains("copied public.users rows=1000"))
    let inFile = written(events)
    #expect(!inFile.contains("%") && inFile.split(separator: "\n").count == 1)
  }

  @Test("warnings of a table that goes on, below the level that was asked for, are left out")
  func level() {
    let finding = Finding(
      reason: .targetAddedColumn, severity: .warning, column: "x",
      headline: "[WARN] Schema difference on public.users", lines: ["Target has extra column: 'x' (nullable)"],
      summary: "", error: "e", impact: "", resolution: "")
    let event = PipelineEvent.tableWarning(table: Self.users, findings: [finding])
    #expect(written([event]).contains("[WARN] Schema difference on public.users"))
    #expect(written([event, .activity("judging")], level: .error).isEmpty)
  }
}
