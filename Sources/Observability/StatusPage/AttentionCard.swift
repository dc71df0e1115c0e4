import LogicalReplication
import PostgresTypes

/// What the status page says of a table that needs attention: the message, and the statements to run.
struct AttentionCard {
  let table: TableStatus
  let now: PostgresTimestamp

  var html: String {
    var parts = ["<h2>\(HTMLText.escaped(heading))</h2>"]
    parts.append("<div class=\"message\">\(lines.map(HTMLText.escaped).joined(separator: "\n"))</div>")
    // The statements again, alone, so that they can be marked and copied.
    var commands = table.fix
    if table.condition.isStopped { commands.append("pgsyncd resume --table \(ShellWord.quoted(table.name.sql))") }
    if !commands.isEmpty { parts.append("<pre>\(commands.map(HTMLText.escaped).joined(separator: "\n"))</pre>") }
    let kind = table.condition.isStopped ? "stopped" : "repair"
    return "<section class=\"\(kind)\">\n" + parts.joined(separator: "\n") + "\n</section>"
  }

  private var heading: String {
    var text = "\(table.name.sql): \(table.condition.rawValue)"
    if let reason = table.reason, reason != table.condition.rawValue { text += " (\(reason))" }
    if let stoppedAt = table.stoppedAt {
      text += ", stopped \(Quantity.seconds(max(0, now.seconds(since: stoppedAt)).rounded())) ago"
    }
    return text
  }

  private var lines: [String] {
    var lines = table.message.isEmpty ? [table.error, table.resolution].compactMap(\.self) : table.message
    if let needsRepair = table.needsRepair {
      lines.append("needs repair: \(needsRepair); rows of the two sides may differ")
    }
    if table.parkedChanges > 0 {
      lines.append("\(Quantity.count(table.parkedChanges, "change")) parked, \(Quantity.bytes(table.parkedBytes))")
    }
    return lines + table.warnings.map { "warning: " + $0 } + table.acceptedLosses.map { "accepted loss: " + $0.line }
  }
}
