import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

extension UnitApplier {
  /// Lets changes that follow begin a list of their own, between two units.
  func forgetOpenChanges(at position: Int) { openPending[position] = nil }

  /// Parks a table's changes from here on, so that its rows can be copied anew.
  ///
  /// - Returns: the order, for the table as it is known now.
  func beginCopy(_ order: TableCopyOrder) throws -> TableCopyOrder {
    var order = order
    guard var position = router.position(of: order.table) else { preconditionFailure("the table is known") }
    if let successor = order.successor, successor.oid != order.table {
      let former = order.table
      try inCatalog { (catalog) throws(PostgresError) in try catalog.replaceTable(former, by: successor) }
      var route = ChangeRouter.Route(
        sourceOID: successor.oid, name: successor.name, state: router[position].state,
        lastChunk: router[position].lastChunk, isStopPlaced: true)
      route.parkedBytes = router[position].parkedBytes
      router.replace(former, by: route)
      judge[successor.oid] = judge[former]
      order.table = successor.oid
      order.need = .again
      lastRelation = nil
    }
    guard let found = router.position(of: order.table) else { preconditionFailure("the table was just replaced") }
    position = found
    if order.need != nil { router[position].awaitsCopy = true }
    let applied: LSN? = router[position].state == .streaming ? progress : nil
    try router[position].lifecycle.handle(.copyStarted)
    router[position].plan = nil
    forgetOpenChanges(at: position)
    // Nothing is stopped whose place is to be told.
    router[position].isStopPlaced = true
    let (table, need) = (order.table, order.need)
    try inCatalog { (catalog) throws(PostgresError) in
      try catalog.beginCopy(table, appliedLSN: applied, need: need)
    }
    return order
  }

  /// Drops what is parked for a stopped table: it resumes with a copy.
  func dropParkedChanges(at position: Int, limitBytes: Int64) throws {
    let table = router[position].sourceOID
    router[position].awaitsCopy = true
    router[position].parkedBytes = 0
    try inCatalog { (catalog) throws(PostgresError) in try catalog.dropParkedChanges(table) }
    events.append(
      .warning(
        "the parked changes of \(router[position].name) have reached parking.max_bytes (\(limitBytes) bytes) and were "
          + "dropped (parking.on_limit: resync); the table is copied anew when it resumes"))
  }
}
