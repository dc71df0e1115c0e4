import LogicalReplication
import Observability
import PostgresTypes
import SchemaDrift
import SyncConfiguration
import SyncEngine
import Synchronization

/// Tells the operator of `sync` what the pipeline does: log lines, boxes for what stops a table, bars for a copy.
final class OperatorConsole: PipelineObserver {
  /// How often a copy is mentioned where there are no bars.
  private static let copyInterval = Duration.seconds(10)

  private let sink: LogSink
  private let leastLevel: Mutex<LogLevel>
  private let lastMention = Mutex<[QualifiedName: ContinuousClock.Instant]>([:])

  init(sink: LogSink, level: LogLevel) {
    self.sink = sink
    leastLevel = Mutex(level)
  }

  /// What weighs less is not told; it can be changed while the service runs.
  var level: LogLevel {
    get { leastLevel.withLock { $0 } }
    set { leastLevel.withLock { $0 = newValue } }
  }

  func pipeline(_ event: PipelineEvent) {
    switch event {
    case .leadership(let isLeader):
      log(.info, isLeader ? "leads the pipeline" : "another process leads the pipeline; standing by", "leadership")
    case .activity(let what): log(.info, what, "activity")
    case .copying(let table, let rows, let bytes, let totalBytes): copying(table, rows, bytes, of: totalBytes)
    case .copied(let table, let rows):
      sink.screen.show(nil, id: table.sql)
      log(.info, "copied \(table)", "copied", ["table": .string(table.sql), "rows": .number(Double(rows))])
    case .streaming(let lsn):
      sink.screen.clear()
      log(.info, "streaming", "streaming", ["from": .string(lsn.description)])
    case .tableStopped(let notice): stopped(notice)
    case .tableWarning(_, let findings): for finding in findings { tell(finding) }
    case .tableMigrated(let table, let verdict, let statements):
      tell(
        ["[INFO] Schema of \(table) migrated on the target"]
          + verdict.decisiveFindings.flatMap(\.lines).filter {
            !$0.hasPrefix("Sync STOPPED")
          } + statements.map { "  " + $0 }, .info, "table_migrated",
        [
          "table": .string(table.sql), "reason": (verdict.reason?.rawValue).map(JSONValue.string) ?? .null,
          "statements": .list(statements.map(JSONValue.string)),
        ])
    case .tableCatchingUp(let table, let parkedChanges):
      log(
        .info, "\(table) resumes; its parked changes are being applied", "catching_up",
        ["table": .string(table.sql), "parked_changes": .number(Double(parkedChanges))])
    case .tableStreaming(let table):
      log(.info, "\(table) streams again", "table_streaming", ["table": .string(table.sql)])
    case .reconnecting(let reason, let seconds):
      log(
        .warning, "\(reason); trying again in \(Quantity.seconds(seconds))", "reconnecting",
        ["after_seconds": .number(seconds)])
    case .warning(let what): log(.warning, what, "warning")
    // These are counted, not told one by one.
    case .unitApplied, .schemaValidated, .rowsSkipped: break
    }
  }

  private func copying(_ table: QualifiedName, _ rows: Int64, _ bytes: Int64, of totalBytes: Int64) {
    let fraction = totalBytes > 0 ? Double(bytes) / Double(totalBytes) : nil
    if sink.screen.hasBars, sink.format == .text {
      let detail = "\(rows) rows, \(Quantity.bytes(bytes))"
      sink.screen.show(ProgressBar(title: table.sql, fraction: fraction, detail: detail), id: table.sql)
      return
    }
    let now = ContinuousClock.now
    let isDue = lastMention.withLock { mentions in
      // The first mention is due after one interval: most tables are copied before that.
      guard let last = mentions[table] else {
        mentions[table] = now
        return false
      }
      guard now - last >= Self.copyInterval else { return false }
      mentions[table] = now
      return true
    }
    guard isDue else { return }
    log(
      .info, "copying \(table)", "copying",
      [
        "table": .string(table.sql), "rows": .number(Double(rows)), "bytes": .number(Double(bytes)),
        "total_bytes": .number(Double(totalBytes)),
      ])
  }

  private func stopped(_ notice: TableStopNotice) {
    let stop = notice.stop
    var fields: [String: JSONValue] = [
      "table": .string(notice.table.sql), "kind": .string(stop.kind.rawValue),
      "lines": .list(stop.message.map(JSONValue.string)), "fix": .list(stop.fix.map(JSONValue.string)),
    ]
    fields["reason"] = stop.reason.map(JSONValue.string)
    fields["error"] = stop.error.map(JSONValue.string)
    fields["resolution"] = stop.resolution.map(JSONValue.string)
    fields["lsn"] = stop.lsn.map { .string($0.description) }
    fields["detection_seconds"] = notice.detectionSeconds.map(JSONValue.number)
    let message =
      stop.message.isEmpty ? ["[ERROR] \(notice.table) stopped: \(stop.error ?? stop.kind.rawValue)"] : stop.message
    tell(message, Self.level(of: message[0]), "table_stopped", fields)
  }

  private func tell(_ finding: Finding) {
    var fields: [String: JSONValue] = [
      "reason": .string(finding.reason.rawValue), "error": .string(finding.error), "impact": .string(finding.impact),
      "resolution": .string(finding.resolution), "lines": .list(finding.lines.map(JSONValue.string)),
      "fix": .list(finding.fix.map(JSONValue.string)),
      "fix_after_resume": .list(finding.fixAfterResume.map(JSONValue.string)),
    ]
    fields["column"] = finding.column.map(JSONValue.string)
    tell([finding.headline] + finding.lines, finding.severity.logLevel, "table_warning", fields)
  }

  /// A message of several lines: a box on a terminal, indented lines elsewhere, fields in JSON.
  private func tell(_ message: [String], _ level: LogLevel, _ event: String, _ fields: [String: JSONValue]) {
    guard level >= self.level else { return }
    switch sink.format {
    case .json:
      var fields = fields
      fields["event"] = .string(event)
      sink.write(LogLine(level.swiftLog, Self.withoutMark(message.first ?? ""), fields: fields))
    case .text where sink.screen.style.width != nil:
      sink.screen.write(MessageBox.lines(message, color: level.color, style: sink.screen.style))
    case .text:
      let text = [Self.withoutMark(message.first ?? "")] + message.dropFirst()
      sink.write(LogLine(level.swiftLog, text.joined(separator: "\n")))
    }
  }

  private func log(_ level: LogLevel, _ message: String, _ event: String, _ fields: [String: JSONValue] = [:]) {
    guard level >= self.level else { return }
    var fields = fields
    if sink.format == .json { fields["event"] = .string(event) } else { fields["table"] = nil }
    sink.write(LogLine(level.swiftLog, message, fields: fields))
  }

  /// What the first line of a message weighs: a table that was paused has not failed.
  private static func level(of line: String) -> LogLevel {
    line.hasPrefix("[INFO]") ? .info : line.hasPrefix("[WARN]") ? .warning : .error
  }

  /// The first line of a message carries its weight, which a log line has in its own place.
  private static func withoutMark(_ line: String) -> String {
    for mark in ["[ERROR] ", "[WARN] ", "[INFO] "] where line.hasPrefix(mark) {
      return String(line.dropFirst(mark.count))
    }
    return line
  }
}
