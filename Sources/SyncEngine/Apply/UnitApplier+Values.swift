import LogicalReplication
import PGOutput
import PostgresTypes
import SchemaDrift

// What is decided by a row's values and not by its shape: a column that may only be NULL, a value that has to survive.
extension UnitApplier {
  /// Looks at a new row as its plan asks.
  ///
  /// - Returns: false if the table has stopped at this row, which is parked then.
  func pass(_ row: TupleBytes, at position: Int, _ message: UnsafeRawBufferPointer) throws -> Bool {
    guard let plan = router[position].plan, plan.watch.isNeeded, let begin = transaction else { return true }
    if plan.watch.firstValue(in: row) != nil {
      let isStopped = try stopForFirstValue(at: position, row)
      guard !isStopped else {
        try park(message, at: position, of: begin)
        return false
      }
      // The target has got the column meanwhile.
      return try pass(row, at: position, message)
    }
    if plan.watch.leavesOutValue(of: row) {
      counters.unit[plan.sourceOID, default: RowCounters()].columnMismatch += 1
    }
    if !plan.watch.exact.isEmpty {
      exactness[plan.id, default: ExactnessBatch(plan)]
        .append(row, transaction: begin.finalLSN, ordinal: changeOrdinal)
    }
    return true
  }

  /// Stops a table at the first value of a column that the target lacks, unless the target has the column by now.
  private func stopForFirstValue(at position: Int, _ row: TupleBytes) throws -> Bool {
    let key = router[position].plan?.keyText(of: row)
    return try stop(
      position, row: key, why: "The first row with a value stops the table (source_added_columns: stop_on_value)",
      where: { $0.reason == .sourceAddedColumn }
    ) { judgement in
      judgement.policy.sourceAddedColumns = .stop
    }
  }

  /// Stops a table at a row with a value that does not survive, unless the types let it survive by now.
  func stop(_ position: Int, at refusal: RowRefusal) throws {
    let mapping = router[position].plan?.columns.first { $0.mapping.source == refusal.column }?.mapping
    let isZoned = mapping?.timeZone != nil
    let isStopped = try stop(
      position, row: refusal.row,
      why: "The first value that does not survive the way to the target and back stops the table"
        + (isZoned ? "" : " (type_mismatches: cast_if_exact)"),
      where: { $0.column == refusal.column }
    ) { judgement in
      judgement.inexactColumns = [refusal.column]
    }
    if !isStopped {
      directives.withdraw(refusal)
      refusals[refusal.table] = nil
    }
  }

  /// Judges the shape in force anew under a stricter policy, and stops the table for what that finds.
  ///
  /// - Returns: false if it finds nothing: the target has been changed meanwhile, and there is a new plan for it.
  private func stop(
    _ position: Int, row: String?, why: String, where isCause: (Finding) -> Bool,
    under adjust: (inout Judgement) -> Void
  ) throws -> Bool {
    guard let shape = router[position].shape else { preconditionFailure("the shape in force is known") }
    judge.forgetTarget(of: router[position].sourceOID)
    let outcome = try judge.judge(
      shape, typeNames: router.typeNames, in: transaction?.xid,
      adjusting: { judgement in
        judgement.policy.validation = .strict
        adjust(&judgement)
      },
      target: { try session.outsidePipeline { $0 } })
    var verdict = outcome.verdict
    verdict.findings = verdict.findings.filter { $0.severity == .blocked && isCause($0) }
    guard !verdict.findings.isEmpty else {
      try judgeShape(at: position, acceptsKnownShape: true)
      return router[position].state.destination != .apply
    }
    verdict.findings[0].lines.append(why)
    var stop = TableStop(verdict: verdict, lsn: transaction?.finalLSN)
    stop.row = row
    try self.stop(position, stop, fingerprints: (nil, SchemaFingerprint(of: outcome.source)))
    return true
  }
}

extension ApplyPlan {
  /// The key of a row as an operator reads it: `id = 7, region = 'eu'`; nil if no key finds it.
  func keyText(of tuple: TupleBytes) -> String? {
    var parts: [String] = []
    var columns = tuple.columns
    var ordinal = 0
    while let column = columns.next() {
      defer { ordinal += 1 }
      guard keyOrdinals[ordinal], placeOfOrdinal[ordinal] >= 0 else { continue }
      let name = SQLIdentifier.quoted(self.columns[placeOfOrdinal[ordinal]].target)
      guard column.kind != TupleColumn.null, column.kind != TupleColumn.unchanged else { continue }
      parts.append(name + " = " + SQLLiteral.quoted(String(decoding: column.value, as: UTF8.self)))
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
