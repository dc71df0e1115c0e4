import LibPQ
import PostgresTypes

/// A replication slot of the source as `pg_replication_slots` describes it.
struct SlotState: Hashable, Sendable {
  var name: String
  /// `logical` or `physical`
  var type: String
  /// The output plugin; nil for a physical slot.
  var plugin: String?
  /// The database; nil for a physical slot.
  var database: String?
  /// The process that uses it; nil while nobody does.
  var activePID: Int32?
  /// Up to where its reader has confirmed; nil for a physical slot.
  var confirmedFlushLSN: LSN?
  /// `reserved`, `extended`, `unreserved` or `lost`; nil if no log is reserved at all.
  var walStatus: String?
  /// Why it cannot be used any more (16 and later), as far as the server says.
  var invalidation: String?

  /// True if the server has thrown away log that the slot needs.
  var isLost: Bool { walStatus == "lost" || invalidation != nil }

  /// What keeps it from being a logical slot of pgoutput in a database, as the end of a sentence that begins with its
  /// name; nil if it is one.
  func obstacle(in database: String) -> String? {
    if type != "logical" { return "is a physical one" }
    if plugin != "pgoutput" { return "belongs to the plugin \(plugin ?? "?")" }
    if self.database != database { return "belongs to the database \(SQLIdentifier.quoted(self.database ?? "?"))" }
    return nil
  }

  /// Looks a slot up; nil if there is none of that name.
  static func find(_ name: String, _ connection: PostgresConnection) throws(PostgresError) -> SlotState? {
    let invalidation =
      switch connection.serverVersion {
      case 170_000...: "invalidation_reason"
      case 160_000...: "CASE WHEN conflicting THEN 'rows_removed' END"
      default: "NULL"
      }
    let result = try connection.query(
      """
      SELECT slot_name, slot_type, plugin, database, CASE WHEN active THEN coalesce(active_pid, 0) END,
        confirmed_flush_lsn, wal_status, \(invalidation)
      FROM pg_replication_slots
      WHERE slot_name = $1
      """, [name])
    if result.rowCount == 0 { return nil }
    let row = try result.onlyRow()
    return SlotState(
      name: try row.text(0), type: try row.text(1), plugin: row.optionalText(2), database: row.optionalText(3),
      activePID: try row.optionalInteger(4), confirmedFlushLSN: try row.optionalLSN(5), walStatus: row.optionalText(6),
      invalidation: row.optionalText(7))
  }
}
