import LibPQ
import PostgresTypes
import SchemaDrift

/// One look of the catalog watch: what both catalogs say now, and which tables have to be read in full.
struct WatchRound {
  /// The marks of the look before.
  let former: (source: CatalogMarks, target: CatalogMarks)
  /// The source's marks now.
  var source: CatalogMarks
  /// The target's marks now.
  var target: CatalogMarks
  /// The tables of the pipeline.
  var records: [PipelineCatalog.WatchedRecord] = []
  /// Tables to be looked at whether they have changed or not.
  var again: Set<OID> = []
  /// The tables that are read in full.
  private(set) var chosen: Set<OID> = []
  /// Those of them whose target has changed.
  private(set) var changedTargets: Set<OID> = []
  /// What was read of the chosen tables on the source.
  var tables: [OID: TableSchema] = [:]
  /// What was accepted of them before this round.
  var accepted: [OID: TableSchema] = [:]
  /// Those that the publication sends.
  var sent: Set<OID> = []
  /// What the source's marks say of each table of the pipeline beyond its schema.
  private(set) var watched: [OID: WatchedTable] = [:]
  /// Everything that was seen on the source lies before this position.
  var position: LSN = .zero

  init(former: (source: CatalogMarks, target: CatalogMarks)) {
    self.former = former
    source = former.source
    target = former.target
  }

  /// Puts together what is stored of each table beyond its schema. Where it is not what was stored before, the table is
  /// read in full.
  mutating func noteUncarried(_ stored: [OID: WatchedTable]) {
    let leaves = source.leavesByRoot()
    for record in records {
      let oid = record.sourceOID
      guard let mark = source.tables[oid] else { continue }
      let now = WatchedTable(
        position: source.position, membership: source.membership(of: oid), fileNode: mark.fileNode,
        columns: mark.columns, partitions: leaves[oid] ?? [:])
      watched[oid] = now
      if let former = stored[oid], !now.isSame(as: former) { again.insert(oid) }
    }
  }

  /// Chooses the tables to be read in full.
  mutating func choose(
    source sourceConnection: PostgresConnection, target targetConnection: PostgresConnection
  ) throws(PostgresError) {
    var sources = Self.withRoots(source.changes(since: former.source), in: source, former.source)
    if source.types != former.source.types { sources.formUnion(try CatalogMarks.tablesOfUserTypes(sourceConnection)) }
    var targets = Self.withRoots(target.changes(since: former.target), in: target, former.target)
    if target.types != former.target.types { targets.formUnion(try CatalogMarks.tablesOfUserTypes(targetConnection)) }
    for record in records {
      if let oid = record.targetOID, targets.contains(oid) { changedTargets.insert(record.sourceOID) }
      if sources.contains(record.sourceOID) || again.contains(record.sourceOID) { chosen.insert(record.sourceOID) }
    }
    chosen.formUnion(changedTargets)
  }

  private static func withRoots(_ tables: Set<OID>, in now: CatalogMarks, _ before: CatalogMarks) -> Set<OID> {
    tables.union(tables.map(now.root)).union(tables.map(before.root))
  }
}

extension WatchedJudgement {
  /// True if it says something that is not stored yet.
  func isNews(to record: TableRecord) -> Bool {
    verdict.outcome == .blocked || source != record.sourceSchema || target != record.targetSchema
      || verdict.warnings != CatalogAhead.without(record.warnings)
  }
}

extension WatchedTable {
  /// True if nothing but the position is another one.
  func isSame(as other: WatchedTable) -> Bool {
    membership == other.membership && fileNode == other.fileNode && columns == other.columns
      && partitions == other.partitions
  }
}
