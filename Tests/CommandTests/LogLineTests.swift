import Foundation
import Logging
import PostgresTypes
import SyncConfiguration
import Testing

@testable import LogicalReplication
@testable import Observability
@testable import pgsyncd

@Suite("Log lines")
struct LogLineTests {
  private let time = PostgresTimestamp(iso8601: "2026-02-04T20:15:00Z")!

  @Test("text: time, level, message, fields in order, further lines indented")
  func text() {
    let line = LogLine(
      at: time, .warning, "first\nsecond\u{1B}[2J",
      fields: ["table": .string("public.users"), "rows": .number(5), "why": .string("a b")])
    #expect(
      line.text == [
        "2026-02-04T20:15:00Z [WARN] first rows=5 table=public.users why=\"a b\"", "    second\\u{1B}[2J",
      ])
  }

  @Test("JSON: one object with time, level, message and the fields")
  func json() {
    let line = LogLine(at: time, .error, "it's \"so\"\n", fields: ["fix": .list([.string("ALTER …")]), "n": .null])
    #expect(
      line.json
        == #"{"fix":["ALTER …"],"level":"error","message":"it's \"so\"\n","n":null,"time":"2026-02-04T20:15:00Z"}"#)
  }

  @Test("a logger writes what its level lets through, with its metadata")
  func logger() {
    let text = CapturedStream.text { descriptor in
      let sink = LogSink(screen: ErrorScreen(style: .plain, descriptor: descriptor), format: .text)
      var logger = Logger("test", sink: sink, level: .info)
      logger[metadataKey: "pipeline"] = "shop"
      logger.debug("hidden")
      logger.info("shown", metadata: ["table": "public.a"])
    }
    #expect(text.hasSuffix("Z [INFO] shown pipeline=shop table=public.a\n") && !text.contains("hidden"))
  }

  @Test("lines scroll above the bars, and bars leave no trace")
  func screen() {
    let style = TerminalStyle(width: 100, hasColor: false, hasUnicode: false)
    let text = CapturedStream.text { descriptor in
      let screen = ErrorScreen(style: style, descriptor: descriptor)
      screen.show(ProgressBar(title: "a", fraction: 0.5, detail: "x"), id: "a")
      screen.write(["line"])
      screen.clear()
    }
    let bar = ProgressBar(title: "a", fraction: 0.5, detail: "x").line(style)
    let erase = "\u{1B}[1A\r\u{1B}[J"
    #expect(text == "\(bar)\n\(erase)line\n\(bar)\n\(erase)")
  }
}
