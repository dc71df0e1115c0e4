import LogicalReplication
import PostgresTypes

/// Empties tables.
struct TruncateWriter {
  let session: TargetSession

  /// Empties the tables of these plans.
  ///
  /// The stream lists every table that the source's TRUNCATE reached, cascades included, so nothing is cascaded here: on
  /// the target a cascade might reach a table that is stopped. If some of the tables do not apply at present, the others
  /// are emptied by DELETE, because TRUNCATE would refuse a table whose referencing tables are not emptied with it.
  ///
  /// - Parameters:
  ///   - isWhole: true if these are all the tables that the source emptied.
  func write(_ plans: [ApplyPlan], isWhole: Bool, restartsIdentity: Bool) throws(SyncError) {
    if isWhole {
      let tables = plans.map { ($0.isPartitioned ? "" : "ONLY ") + $0.target.sql }.joined(separator: ", ")
      try session.send(
        "TRUNCATE TABLE \(tables)" + (restartsIdentity ? " RESTART IDENTITY" : ""), table: plans.first?.sourceOID)
    } else {
      for plan in plans {
        try session.send(
          "DELETE FROM \(plan.isPartitioned ? "" : "ONLY ")\(plan.target.sql)", table: plan.sourceOID)
      }
    }
  }
}
