import LibPQ
import PGOutput
import PostgresTypes
import SchemaDrift

/// Finds out what a change of a table's marks means for rows that exist already.
struct WatchedComparison {
  let round: WatchRound
  /// The source, with nothing under way.
  let connection: PostgresConnection

  /// Why rows may differ between the sides now; empty if they do not.
  func causes(
    _ record: PipelineCatalog.WatchedRecord, from former: WatchedTable, to now: WatchedTable
  ) throws -> [WatchedRepair.Cause] {
    var texts: [String] = []
    let schema = round.tables[record.sourceOID]
    let accepted = round.accepted[record.sourceOID]
    if former.membership != now.membership {
      texts += membershipText(from: former.membership, to: now.membership, accepted, schema)
    }
    if round.source.tables[record.sourceOID]?.isUnlogged == true {
      texts.append(WatchedText.unlogged)
    } else if former.fileNode != now.fileNode, former.columns != now.columns, let accepted, let schema,
      accepted.hasSameColumns(as: schema)
    {
      // Where the columns are other ones, the stream will say it, and the judgement knows that rows were rewritten.
      texts.append(WatchedText.rewritten)
    }
    return texts.map { WatchedRepair.Cause(text: $0) } + (try partitionCauses(from: former, to: now))
  }

  private func membershipText(
    from former: OID?, to now: OID?, _ accepted: TableSchema?, _ schema: TableSchema?
  ) -> [String] {
    guard now != nil else { return [WatchedText.leftPublication] }
    guard former != nil else { return [WatchedText.cameBack] }
    guard let accepted, let schema else { return [WatchedText.cameBack] }
    // ALTER PUBLICATION … SET replaces a membership whose filter or list is another one, at one moment.
    var texts: [String] = []
    if accepted.rowFilter != schema.rowFilter { texts.append(WatchedText.filterChanged) }
    if accepted.publishedColumns != schema.publishedColumns {
      let sentBefore = Set(accepted.carriedColumns.map(\.name))
      let added = schema.carriedColumns.map(\.name).filter { name in
        !sentBefore.contains(name) && accepted.column(named: name) != nil
      }
      if !added.isEmpty { texts.append(WatchedText.columnsCame(added)) }
      return texts
    }
    return texts.isEmpty ? [WatchedText.cameBack] : texts
  }

  // MARK: Partitions

  private func partitionCauses(from former: WatchedTable, to now: WatchedTable) throws -> [WatchedRepair.Cause] {
    guard !former.partitions.isEmpty || !now.partitions.isEmpty else { return [] }
    var causes: [WatchedRepair.Cause] = []
    let wasEmptied = isWhole(from: former, to: now)
    for (leaf, node) in former.partitions.sorted(by: { $0.key < $1.key }) {
      guard let mark = round.source.tables[leaf] else {
        causes.append(WatchedRepair.Cause(text: WatchedText.partitionDropped(leaf)))
        continue
      }
      guard let newNode = now.partitions[leaf] else {
        if mark.fileNode != 0, try hasRows(leaf) {
          causes.append(WatchedRepair.Cause(text: WatchedText.partitionDetached(try name(leaf))))
        }
        continue
      }
      // VACUUM FULL and CLUSTER give a new file too, but leave the rows as old as they were.
      guard node != newNode, !wasEmptied, try mark.tuples < 0 || !hasRows(leaf, before: mark.version) else { continue }
      causes.append(
        WatchedRepair.Cause(
          text: WatchedText.partitionTruncated(try name(leaf)), unlessTruncatedSince: former.position))
    }
    for leaf in now.partitions.keys.sorted() where former.partitions[leaf] == nil {
      guard let mark = round.source.tables[leaf], let attachedBy = mark.attachedBy else { continue }
      let wasTable = round.former.source.tables[leaf].map { $0.parent == nil } ?? false
      // A partition that was created as one was empty then, and everything since is in the stream.
      guard wasTable || mark.createdBy != attachedBy, try hasRows(leaf, upTo: attachedBy) else { continue }
      causes.append(WatchedRepair.Cause(text: WatchedText.partitionAttached(try name(leaf))))
    }
    return causes
  }

  /// True if one transaction has given all of several partitions a new file: a TRUNCATE of the whole, as a rule, which is
  /// in the stream.
  private func isWhole(from former: WatchedTable, to now: WatchedTable) -> Bool {
    let changed = former.partitions.filter { leaf, node in now.partitions[leaf].map { $0 != node } ?? false }
    let versions = Set(changed.keys.compactMap { round.source.tables[$0]?.version })
    return changed.count > 1 && changed.count == former.partitions.count && versions.count == 1
  }

  private func name(_ table: OID) throws(PostgresError) -> String {
    try connection.query("SELECT $1::oid::regclass::text", [table.description]).onlyRow().text(0)
  }

  private func hasRows(_ table: OID) throws -> Bool { try exists("", table) }

  private func hasRows(_ table: OID, before transaction: TransactionID) throws -> Bool {
    try exists("WHERE age(xmin) > age('\(transaction)'::xid)", table)
  }

  private func hasRows(_ table: OID, upTo transaction: TransactionID) throws -> Bool {
    try exists("WHERE age(xmin) >= age('\(transaction)'::xid)", table)
  }

  /// True also if the table cannot be read in time, or must not be: then nobody knows better.
  private func exists(_ condition: String, _ table: OID) throws -> Bool {
    let name = try name(table)
    do throws(PostgresError) {
      try connection.execute("SET statement_timeout = 3000")
      let found = try connection.query("SELECT EXISTS (SELECT FROM ONLY \(name) \(condition))").onlyRow().flag(0)
      try connection.execute("SET statement_timeout = 30000")
      return found
    } catch {
      guard !error.endsConnection else { throw error }
      try connection.execute("SET statement_timeout = 30000")
      return true
    }
  }
}

extension TableSchema {
  /// True if the columns have the same numbers, names and types.
  fileprivate func hasSameColumns(as other: TableSchema) -> Bool {
    columns.count == other.columns.count
      && zip(columns, other.columns).allSatisfy { one, two in
        one.attributeNumber == two.attributeNumber && one.name == two.name && one.type.oid == two.type.oid
          && one.type.modifier == two.type.modifier
      }
  }
}
