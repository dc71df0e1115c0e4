import LogicalReplication
import PostgresTypes

/// The text form of `pgsyncd status`: what the pipeline does, one line a table, and what is wrong with which.
public struct StatusText: Sendable {
  private let status: PipelineStatus
  private let style: TerminalStyle

  /// Prepares to show a status in a style.
  public init(_ status: PipelineStatus, style: TerminalStyle) {
    self.status = status
    self.style = style
  }

  /// All lines.
  public var lines: [String] {
    var lines = head + [""]
    if status.tables.isEmpty {
      lines.append("No tables.")
    } else {
      lines += table.lines(style) + [""]
      lines += status.tables.flatMap(remarks)
      lines.append(summary)
    }
    return lines
  }

  private var head: [String] {
    [
      "Pipeline  \(status.pipeline): \(status.phase.replacing("_", with: " ")), publication "
        + DisplayText.harmless(status.publication),
      "Service   \(service)", "Slot      \(slot)", "Lag       \(lag)",
    ]
  }

  private var service: String {
    let service = status.service
    let place = service.host.map { host in
      "on \(DisplayText.harmless(host))" + (service.pid.map { ", pid \($0)" } ?? "")
        + (service.version.map { ", version \($0)" } ?? "")
    }
    var text: String
    if service.isRunning {
      text = [style.colored("running", .green), place].compactMap(\.self).joined(separator: " ")
      if let activity = service.activity { text += ", \(activity.replacing("_", with: " "))" }
    } else {
      text = style.colored("not running", .red)
      if let place { text += "; last \(place)" }
    }
    if let heartbeat = service.heartbeatAt { text += ", sign of life \(ago(heartbeat))" }
    if service.standbys > 0 { text += "; \(Quantity.count(Int64(service.standbys), "standby"))" }
    if let error = service.lastError { text += "; last error: \(DisplayText.harmless(error))" }
    return text
  }

  private var slot: String {
    let slot = status.slot
    guard slot.witness != nil else { return "\(slot.name): nothing is known of it" }
    var text = slot.name
    text += slot.confirmedFlushLSN.map { ": confirmed \($0)" } ?? ": not there"
    if let bytes = slot.retainedWALBytes { text += ", keeps \(Quantity.bytes(bytes)) of WAL" }
    if let walStatus = slot.walStatus { text += " (\(walStatus))" }
    if slot.witness == .heartbeat, let observedAt = slot.observedAt { text += ", as of \(ago(observedAt))" }
    return text
  }

  private var lag: String {
    switch (status.lagBytes, status.lagSeconds) {
    case (let bytes?, let seconds?): Quantity.bytes(bytes) + ", " + Quantity.seconds(seconds)
    case (let bytes?, nil): Quantity.bytes(bytes)
    case (nil, let seconds?): "not known; both sides were level \(Quantity.seconds(seconds)) ago"
    case (nil, nil): "not known"
    }
  }

  private var table: TextTable {
    var table = TextTable([
      ("TABLE", .left), ("STATUS", .left), ("WORKER", .left), ("COPIED", .right), ("APPLIED", .right),
      ("PARKED", .right), ("PARKED SIZE", .right), ("APPLIED UP TO", .left),
    ])
    for row in status.tables {
      table.add([
        .init(row.name.sql), .init(row.condition.rawValue, row.condition.color), .init(row.worker.rawValue),
        .init("\(row.counters.copied)"), .init("\(row.counters.rowsApplied)"), .init("\(row.parkedChanges)"),
        .init(row.parkedChanges == 0 ? "-" : Quantity.bytes(row.parkedBytes)),
        .init(row.appliedLSN?.description ?? "-"),
      ])
    }
    return table
  }

  /// What there is to say of one table: its message, what may differ, what was let go.
  private func remarks(_ table: TableStatus) -> [String] {
    var lines: [String] = []
    if table.condition.isStopped || table.condition == .catchingUp { lines += stop(table) }
    if let row = table.stoppedAtRow { lines.append("  row: " + DisplayText.harmless(row)) }
    if let needsRepair = table.needsRepair {
      lines.append("  needs repair: \(DisplayText.harmless(needsRepair)); rows of the two sides may differ")
    }
    lines += table.warnings.map { "  warning: " + DisplayText.harmless($0) }
    lines += table.acceptedLosses.map { "  accepted loss: " + DisplayText.harmless($0.line) }
    guard !lines.isEmpty else { return [] }
    let name = DisplayText.harmless(table.name.sql)
    var heading = style.colored("\(name): \(table.condition.rawValue)", table.condition.color)
    if let reason = table.reason, reason != table.condition.rawValue { heading += " (\(reason))" }
    if let stoppedAt = table.stoppedAt { heading += ", stopped \(ago(stoppedAt))" }
    if let lsn = table.stoppedAtLSN { heading += " at \(lsn)" }
    return [heading] + lines + [""]
  }

  private func stop(_ table: TableStatus) -> [String] {
    if !table.message.isEmpty { return table.message.map { "  " + DisplayText.harmless($0) } }
    var lines = [table.error, table.resolution].compactMap(\.self).map { "  " + DisplayText.harmless($0) }
    lines += table.fix.map { "    " + DisplayText.harmless($0) }
    if lines.isEmpty, table.condition == .paused {
      lines = ["  Stopped by the operator; continue with: pgsyncd resume --table \(ShellWord.quoted(table.name.sql))"]
    }
    return lines
  }

  private var summary: String {
    let counts = Dictionary(grouping: status.tables, by: \.condition).mapValues(\.count)
    let parts = TableCondition.allCases.compactMap { condition in
      counts[condition].map { "\($0) \(condition.rawValue)" }
    }
    return Quantity.count(Int64(status.tables.count), "table") + ": " + parts.joined(separator: ", ")
  }

  private func ago(_ moment: PostgresTimestamp) -> String {
    Quantity.seconds(max(0, status.observedAt.seconds(since: moment)).rounded()) + " ago"
  }
}

extension TableCondition {
  /// The colour that tells it at a glance.
  public var color: TextColor {
    switch self {
    case .ok: .green
    case .warning, .needsRepair: .yellow
    case .copying, .catchingUp: .cyan
    case .schemaMismatch, .applyError, .pendingApproval, .paused: .red
    }
  }
}
