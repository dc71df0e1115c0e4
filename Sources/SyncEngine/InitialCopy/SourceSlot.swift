import LibPQ
import PostgresTypes

/// A logical slot as `pg_replication_slots` shows it.
struct SourceSlot: Sendable {
  var name: String
  var type: String
  var plugin: String?
  var database: String?
  var isOfThisDatabase: Bool
  var isActive: Bool
  var activePID: Int32?
  var confirmedFlushLSN: LSN?
  var walStatus: String?

  /// The slot of that name; nil if there is none.
  static func named(_ name: String, _ connection: PostgresConnection) throws(PostgresError) -> SourceSlot? {
    let result = try connection.query(
      """
      SELECT slot_type, plugin, database, coalesce(database = current_database(), false), active, active_pid,
        confirmed_flush_lsn, wal_status
      FROM pg_replication_slots
      WHERE slot_name = $1
      """, [name], label: "looking for the replication slot")
    guard result.rowCount > 0 else { return nil }
    let row = try result.onlyRow()
    return SourceSlot(
      name: name, type: try row.text(0), plugin: row.optionalText(1), database: row.optionalText(2),
      isOfThisDatabase: try row.flag(3), isActive: try row.flag(4), activePID: try row.optionalInteger(5),
      confirmedFlushLSN: try row.optionalLSN(6), walStatus: row.optionalText(7))
  }

  /// Why a pipeline of this database cannot read from it; nil if it can, once nobody else does.
  var defect: String? {
    if type != "logical" { return "it is a \(type) slot" }
    if plugin != "pgoutput" { return "its output plugin is \(plugin ?? "unknown"), not pgoutput" }
    if !isOfThisDatabase { return "it belongs to the database \(database ?? "")" }
    if walStatus == "lost" { return "it is invalidated: the source has removed log that it needs (wal_status = lost)" }
    return nil
  }
}
