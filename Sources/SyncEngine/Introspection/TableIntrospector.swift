import LibPQ
import PostgresTypes
import SchemaDrift

/// Reads the schemas of tables from a server's catalog, for source and target alike.
///
/// The number of statements does not depend on the number of tables. All statements of one call see one snapshot:
/// inside an open transaction they run in it, else in a read-only transaction of their own. Names come out qualified
/// because the session's `search_path` is empty (``LibPQ/SessionOptions/pinned``).
///
/// A call waits for a table that another session holds under ACCESS EXCLUSIVE only if the table has generated columns,
/// a row filter or a partition key with expressions; set `lock_timeout` where that matters.
public struct TableIntrospector {
  private let connection: PostgresConnection

  /// Reads over a connection that the caller owns.
  public init(_ connection: PostgresConnection) { self.connection = connection }

  /// The tables that a publication sends, as it sends them: with column lists and row filters, partitions under their
  /// root if `publish_via_partition_root` says so. Ordered by name; empty if there is no such publication.
  public func publishedTables(_ publication: String) throws(PostgresError) -> [TableSchema] {
    try inOneSnapshot { () throws(PostgresError) in
      let members = try members(of: publication)
      var tables = try describe(Array(members.keys))
      for index in tables.indices {
        members[tables[index].oid]?.restrict(&tables[index])
      }
      return tables
    }
  }

  private func members(of publication: String) throws(PostgresError) -> [OID: PublicationMember] {
    let result = try connection.query(
      IntrospectionQueries.publishedTables(serverVersion: connection.serverVersion), [publication])
    var members: [OID: PublicationMember] = [:]
    for row in result.rows {
      let columns = row.optionalText(1) == nil ? nil : try row.list(1)
      members[try row.oid(0)] = PublicationMember(
        columns: columns, rowFilter: row.optionalText(2), sendsGeneratedColumns: try row.flag(3))
    }
    return members
  }

  /// One table as a publication sends it; as it is if the publication does not send it; nil if it does not exist.
  public func table(_ oid: OID, publishedBy publication: String) throws(PostgresError) -> TableSchema? {
    try inOneSnapshot { () throws(PostgresError) in
      let members = try members(of: publication)
      guard var table = try describe([oid]).first else { return nil }
      members[oid]?.restrict(&table)
      return table
    }
  }

  /// Tables as a publication sends them, and as they are those that it does not send; which it sends, by OID.
  func tables(
    oids: [OID], publishedBy publication: String
  ) throws(PostgresError) -> (tables: [OID: TableSchema], sent: Set<OID>) {
    if oids.isEmpty { return ([:], []) }
    return try inOneSnapshot { () throws(PostgresError) in
      let members = try members(of: publication)
      var tables: [OID: TableSchema] = [:]
      for var table in try describe(oids) {
        members[table.oid]?.restrict(&table)
        tables[table.oid] = table
      }
      return (tables, Set(members.keys))
    }
  }

  /// The tables of these names that exist, ordered by name; no table twice.
  public func tables(named names: [QualifiedName]) throws(PostgresError) -> [TableSchema] {
    if names.isEmpty { return [] }
    return try inOneSnapshot { () throws(PostgresError) in
      let result = try connection.query(
        IntrospectionQueries.oidsByName,
        [TextArray.text(names.map(\.schema)), TextArray.text(names.map(\.name))])
      var oids: Set<OID> = []
      for row in result.rows { oids.insert(try row.oid(0)) }
      return try describe(Array(oids))
    }
  }

  /// The tables of these identifiers that exist, ordered by name.
  public func tables(oids: [OID]) throws(PostgresError) -> [TableSchema] {
    if oids.isEmpty { return [] }
    return try inOneSnapshot { () throws(PostgresError) in try describe(oids) }
  }

  /// The tables that the patterns choose among all that can be replicated, ordered by name.
  public func tables(matching patterns: TablePatterns) throws(TableSelectionError) -> [TableSchema] {
    do {
      let chosen = try patterns.selection(from: candidates())
      return try tables(oids: chosen.map(\.oid))
    } catch let error as TablePatternError {
      throw .pattern(error)
    } catch let error as PostgresError {
      throw .postgres(error)
    } catch {
      preconditionFailure("nothing else is thrown here: \(error)")
    }
  }

  /// Every relation outside the system schemas that a user might take for a table, ordered by name.
  public func candidates() throws(PostgresError) -> [CandidateTable] {
    var candidates: [CandidateTable] = []
    for row in try connection.query(IntrospectionQueries.candidates).rows {
      let root = row.optionalText(5) == nil ? nil : try row.name(5, 6)
      let obstacle: CandidateTable.Obstacle? =
        switch (try row.text(3), try row.text(4), root) {
        case ("f", _, _): .foreign
        case ("v", _, _): .view
        case ("m", _, _): .materializedView
        case (_, _, let root?): .partition(root: root)
        case (_, "u", _): .unlogged
        case (_, "t", _): .temporary
        default: nil
        }
      candidates.append(
        CandidateTable(
          oid: try row.oid(0), name: try row.name(1, 2), belongsToExtension: row.optionalText(7), obstacle: obstacle))
    }
    return candidates
  }

  private func describe(_ oids: [OID]) throws(PostgresError) -> [TableSchema] {
    if oids.isEmpty { return [] }
    let parameters: [String?] = ["{" + oids.map(\.description).joined(separator: ",") + "}"]
    var assembly = TableAssembly(types: try TypeRows(connection.query(IntrospectionQueries.types, parameters)))
    try assembly.addRelations(connection.query(IntrospectionQueries.relations, parameters))
    try assembly.addColumns(connection.query(IntrospectionQueries.columns, parameters))
    try assembly.addKeys(connection.query(IntrospectionQueries.keys, parameters))
    try assembly.addTriggers(connection.query(IntrospectionQueries.triggers, parameters))
    try assembly.addForeignKeys(connection.query(IntrospectionQueries.foreignKeys, parameters))
    try assembly.addConstraints(connection.query(IntrospectionQueries.constraints, parameters))
    try assembly.addIndexes(connection.query(IntrospectionQueries.indexes, parameters))
    try assembly.addDependentViews(connection.query(IntrospectionQueries.dependentViews, parameters))
    if assembly.hasPartitionedTables {
      try assembly.addPartitions(connection.query(IntrospectionQueries.partitions, parameters))
    }
    return assembly.tables()
  }

  private func inOneSnapshot<Value>(
    _ body: () throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    try connection.inOneSnapshot { (_) throws(PostgresError) in try body() }
  }
}
