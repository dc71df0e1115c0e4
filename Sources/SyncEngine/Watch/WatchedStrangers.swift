import LibPQ
import PostgresTypes
import SchemaDrift

/// Looks at tables of the source that the pipeline does not know: new ones that its patterns choose.
struct WatchedStrangers {
  let context: PipelineContext
  let mailbox: ControlMailbox
  /// The source, with nothing under way.
  let source: PostgresConnection
  let catalog: PipelineCatalog

  /// - Parameter strangers: tables that were looked at before, with their membership of the publication then.
  /// - Returns: true if a table was added to the publication, so that there is something to look at again.
  func look(_ round: WatchRound, _ strangers: inout [OID: OID?]) throws -> Bool {
    let known = Set(round.records.map(\.sourceOID))
    let unknown = round.source.tables.keys.filter { oid in
      guard !known.contains(oid), !known.contains(round.source.root(of: oid)) else { return false }
      return strangers[oid] != .some(round.source.membership(of: oid))
    }
    guard !unknown.isEmpty, let pipeline = try catalog.pipelineRecord(), let patterns = pipeline.patterns else {
      return false
    }
    let introspector = TableIntrospector(source)
    var candidates: [OID: CandidateTable] = [:]
    for candidate in try introspector.candidates() { candidates[candidate.oid] = candidate }
    let wanted = unknown.filter { oid in
      guard let candidate = candidates[oid], patterns.choose(candidate.name) else { return false }
      return true
    }
    let (tables, sent) = try introspector.tables(oids: wanted, publishedBy: pipeline.publication)
    let names = Set(round.records.map(\.name))
    var hasAdded = false
    for oid in unknown {
      let membership = round.source.membership(of: oid)
      guard let table = tables[oid], let candidate = candidates[oid] else {
        strangers[oid] = .some(membership)
        continue
      }
      let isIgnored =
        context.policies.policy(for: table.name).newTables == .ignore && !names.contains(table.name)
      if isIgnored {
        context.tell(
          .warning("\(table.name) is new on the source and is left out (new_tables: ignore)"))
        strangers[oid] = .some(membership)
      } else if sent.contains(oid) {
        mailbox.post(.watched(WatchedChange(table: oid, position: round.position, action: .admit(table))))
        strangers[oid] = .some(membership)
      } else if pipeline.addsTables, candidate.obstacle == nil, candidate.belongsToExtension == nil {
        if try add(table, to: pipeline.publication) { hasAdded = true } else { strangers[oid] = .some(membership) }
      } else {
        strangers[oid] = .some(membership)
      }
    }
    return hasAdded
  }

  /// Adds a table to the publication, or says how.
  ///
  /// - Returns: false if that is left to somebody else.
  private func add(_ table: TableSchema, to publication: String) throws -> Bool {
    let statement = Publication.addition(publication, [table])
    guard table.replicaIdentity == .full || !table.identityColumns.isEmpty else {
      // In a publication such a table refuses UPDATE and DELETE; nobody has asked for that.
      context.tell(
        .warning(
          "\(table.name) is new on the source and is not added to the publication, because it has no replica identity: "
            + "UPDATE and DELETE would fail there. Give it a primary key, then run on the source: \(statement)"))
      return false
    }
    do throws(PostgresError) {
      try source.execute(statement)
      return true
    } catch {
      guard !error.endsConnection else { throw error }
      context.tell(
        .warning(
          "\(table.name) is new on the source and is not in the publication, and pgsyncd cannot add it "
            + "(\(error.message)). Run on the source: \(statement)"))
      return false
    }
  }
}
