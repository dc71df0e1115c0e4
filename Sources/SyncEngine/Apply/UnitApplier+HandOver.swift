import LibPQ
import LogicalReplication
import PostgresTypes

extension UnitApplier {
  /// Begins to apply the rest of a table's parked changes between two transactions of the stream.
  ///
  /// Parked changes stand under shapes of their own; the shape that the stream has in force is kept aside meanwhile.
  ///
  /// - Parameters:
  ///   - record: the table as the catalog has it now: the drain thread may have accepted newer shapes.
  ///   - lastChunk: all chunks up to this one are read; nil if there are none.
  /// - Returns: the shape to give back to ``endHandOver(at:shape:)``.
  func beginHandOver(
    at position: Int, record: TableRecord, ending: StreamProgress, lastChunk: Int64?
  ) throws -> [UInt8]? {
    let shape = router[position].shape
    let table = record.sourceOID
    try router[position].lifecycle.handle(.caughtUp)
    forgetShape(at: position)
    beginParkedChanges()
    handedOver = table
    router[position].parkedBytes = 0
    ending.parkedProgress = record.appliedLSN ?? .zero
    judge[table] = ShapeJudge.Knowledge(record)
    let pipeline = catalog.pipeline
    try inCatalog { (catalog) throws(PostgresError) in
      // A lock on this table is not to hold up the others: the drain thread can wait for it.
      try catalog.connection.execute("SET LOCAL lock_timeout = '1s'")
      try catalog.setState(table, .streaming)
      try catalog.resolveDriftEvents(table, .resumed)
      guard let lastChunk else { return }
      try catalog.connection.query(
        "DELETE FROM pgsyncd.parked_changes WHERE pipeline = $1 AND source_oid = $2::oid AND chunk <= $3::bigint",
        [pipeline, table.description, String(lastChunk)])
    }
    return shape
  }

  /// Ends it: the stream's shape is in force again, to be judged at its next tuple.
  func endHandOver(at position: Int, shape: [UInt8]?) {
    handedOver = nil
    forgetShape(at: position)
    router[position].shape = shape
  }
}
