import LibPQ
import PostgresTypes

/// What the source says of a replication slot.
public struct SlotFigures: Hashable, Sendable {
  /// The source's position: the end of what is safe on its disk, or of what it has replayed if it is a standby.
  public var sourceLSN: LSN?
  /// `pg_replication_slots.confirmed_flush_lsn`; nil if there is no such slot.
  public var confirmedFlushLSN: LSN?
  /// `pg_replication_slots.restart_lsn`
  public var restartLSN: LSN?
  /// How much WAL the source keeps for it, in bytes.
  public var retainedWALBytes: Int64?
  /// `pg_replication_slots.wal_status`
  public var walStatus: String?

  /// Asks the source, and gives up soon: a status must not hang because the source does.
  ///
  /// - Parameter seconds: how long connecting and the answer may take, each.
  public static func ask(
    _ source: ConnectionSettings, slot: String, withinSeconds seconds: Int = 2
  ) throws(PostgresError) -> SlotFigures {
    let connection = try PostgresConnection(
      source.setting("connect_timeout", String(seconds)), applicationName: "pgsyncd status",
      session: .pinned.adding("statement_timeout", "\(seconds)s"))
    defer { connection.close() }
    let row = try connection.query(
      """
      SELECT p.lsn, s.confirmed_flush_lsn, s.restart_lsn, pg_wal_lsn_diff(p.lsn, s.restart_lsn)::bigint, s.wal_status
      FROM (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END)
        AS p (lsn)
      LEFT JOIN pg_replication_slots s ON s.slot_name = $1 AND s.slot_type = 'logical'
      """, [slot]
    ).onlyRow()
    return SlotFigures(
      sourceLSN: try row.optionalLSN(0), confirmedFlushLSN: try row.optionalLSN(1), restartLSN: try row.optionalLSN(2),
      retainedWALBytes: try row.optionalInteger(3), walStatus: row.optionalText(4))
  }
}
