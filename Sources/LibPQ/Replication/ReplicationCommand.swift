import PostgresTypes

/// The text of commands of the streaming replication protocol (protocol-replication), which has a grammar of its own
/// (replication/repl_scanner.l): identifiers and strings know doubled quotes and nothing else.
enum ReplicationCommand {
  static let identifySystem = "IDENTIFY_SYSTEM"

  static func createLogicalSlot(
    _ name: String, isTemporary: Bool, exportSnapshot: Bool, serverVersion: Int32
  ) -> String {
    let kind = isTemporary ? "TEMPORARY LOGICAL" : "LOGICAL"
    let slot = "CREATE_REPLICATION_SLOT \(SQLIdentifier.alwaysQuoted(name)) \(kind) pgoutput"
    guard serverVersion >= 150_000 else {
      return "\(slot) \(exportSnapshot ? "EXPORT_SNAPSHOT" : "NOEXPORT_SNAPSHOT")"
    }
    return "\(slot) (SNAPSHOT '\(exportSnapshot ? "export" : "nothing")')"
  }

  static func dropSlot(_ name: String, waits: Bool) -> String {
    "DROP_REPLICATION_SLOT \(SQLIdentifier.alwaysQuoted(name))\(waits ? " WAIT" : "")"
  }

  static func startLogicalReplication(slot: String, from start: LSN, options: [(String, String)]) -> String {
    let list = options.map { name, value in "\(SQLIdentifier.alwaysQuoted(name)) \(quoted(value))" }
    let suffix = list.isEmpty ? "" : " (\(list.joined(separator: ", ")))"
    return "START_REPLICATION SLOT \(SQLIdentifier.alwaysQuoted(slot)) LOGICAL \(start)\(suffix)"
  }

  static func timelineHistory(_ timeline: Int) -> String { "TIMELINE_HISTORY \(timeline)" }

  /// A string of this grammar: backslashes stand for themselves.
  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
