import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

extension PipelineCatalog {
  /// Stores what is in force for a table: what is new begins, what is there no more ends, and nothing is ever forgotten.
  ///
  /// - Parameter losses: all that are in force from now on.
  func setLosses(_ sourceOID: OID, _ losses: [AcceptedLoss]) throws(PostgresError) {
    try connection.query(
      """
      UPDATE pgsyncd.accepted_losses SET ended_at = clock_timestamp()
      WHERE pipeline = $1 AND source_oid = $2::oid AND ended_at IS NULL AND what <> ALL ($3::text[])
      """, [pipeline, sourceOID.description, TextArray.text(losses.map(\.what))])
    guard !losses.isEmpty else { return }
    // Whoever asked for it last has given the leave that is stored.
    try connection.query(
      """
      INSERT INTO pgsyncd.accepted_losses (pipeline, source_oid, what, kind, column_name, leave, place, role)
      SELECT $1, $2::oid, n.what, n.kind, n.column_name, n.leave, n.place,
        CASE WHEN n.place = 'stored' THEN (
          SELECT r.requested_by FROM pgsyncd.requests r
          WHERE r.pipeline = $1 AND r.source_oid = $2::oid AND r.outcome = 'accepted' AND r.arguments ? 'overrides'
          ORDER BY r.request_id DESC LIMIT 1) END
      FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
        AS n (what, kind, column_name, leave, place)
      ON CONFLICT (pipeline, source_oid, what) DO UPDATE
      SET ended_at = NULL, leave = excluded.leave, place = excluded.place,
        role = coalesce(excluded.role, accepted_losses.role)
      """,
      [
        pipeline, sourceOID.description, TextArray.text(losses.map(\.what)),
        TextArray.text(losses.map(\.kind.rawValue)), TextArray.text(losses.map(\.column)),
        TextArray.text(losses.map(\.leave)), TextArray.text(losses.map { $0.place?.rawValue }),
      ])
  }

  /// Everything that was ever let go, by table, oldest first.
  public func losses() throws(PostgresError) -> [OID: [LossStatus]] {
    let result = try connection.query(
      """
      SELECT source_oid, what, kind, column_name, leave, place, role, \(ResultRow.microseconds("since")),
        \(ResultRow.microseconds("ended_at")), rows_without_value
      FROM pgsyncd.accepted_losses
      WHERE pipeline = $1
      ORDER BY source_oid, since, what COLLATE "C"
      """, [pipeline])
    var losses: [OID: [LossStatus]] = [:]
    for row in result.rows {
      let kind = try row.text(2)
      losses[try row.oid(0), default: []].append(
        LossStatus(
          what: try row.text(1), kind: kind, column: try row.text(3), leave: try row.text(4),
          place: row.optionalText(5), role: row.optionalText(6), since: try row.moment(7),
          until: try row.optionalMoment(8),
          rows: kind == AcceptedLoss.Kind.skippedColumn.rawValue ? try row.integer(9) : nil))
    }
    for (table, letters) in try droppedTransactions() { losses[table, default: []] += letters }
    return losses
  }

  private func droppedTransactions() throws(PostgresError) -> [OID: [LossStatus]] {
    let result = try connection.query(
      """
      SELECT source_oid, commit_lsn, dropped_by, \(ResultRow.microseconds("min(dropped_at)")), sum(changes)
      FROM pgsyncd.dead_letters
      WHERE pipeline = $1
      GROUP BY source_oid, commit_lsn, dropped_by
      ORDER BY source_oid, commit_lsn
      """, [pipeline])
    var dropped: [OID: [LossStatus]] = [:]
    for row in result.rows {
      let (role, changes): (String, Int64) = (try row.text(2), try row.integer(4))
      dropped[try row.oid(0), default: []].append(
        LossStatus(
          what: "Transaction \(try row.text(1)) was dropped for this table by \(role): \(changes) change(s), kept in "
            + "pgsyncd.dead_letters",
          kind: "skipped_transaction", column: nil, leave: "skip_transaction", role: role, since: try row.moment(3),
          rows: changes))
    }
    return dropped
  }
}
