import LibPQ
import PostgresTypes
import SchemaDrift

/// Puts tables together from the rows of ``IntrospectionQueries``. Rows of a table that is not among the relations
/// (dropped between two statements of a READ COMMITTED transaction) are left out.
struct TableAssembly {
  private var types: TypeRows
  private var schemas: [TableSchema] = []
  private var positions: [OID: Int] = [:]
  /// The columns of the index that REPLICA IDENTITY USING INDEX names.
  private var identityIndexes: [OID: [String]] = [:]

  init(types: TypeRows) { self.types = types }

  /// True if the partitions have to be read too.
  var hasPartitionedTables: Bool { schemas.contains { $0.kind == .partitioned } }

  mutating func addRelations(_ result: QueryResult) throws(PostgresError) {
    schemas.reserveCapacity(result.rowCount)
    for row in result.rows {
      // Sequences, indexes and the like are no tables, whoever asked for their OIDs.
      guard let kind = TableKind(rawValue: try row.text(3)) else { continue }
      let oid = try row.oid(0)
      positions[oid] = schemas.count
      schemas.append(
        TableSchema(
          oid: oid, name: try row.name(1, 2), kind: kind, columns: [], replicaIdentity: try row.value(4),
          relationFileNode: try row.integer(5), rowSecurityApplies: try row.flag(6),
          partitionKey: row.optionalText(7)))
    }
  }

  mutating func addColumns(_ result: QueryResult) throws(PostgresError) {
    for row in result.rows {
      guard let position = positions[try row.oid(0)] else { continue }
      schemas[position].columns.append(try column(row))
    }
  }

  mutating func addKeys(_ result: QueryResult) throws(PostgresError) {
    for row in result.rows {
      let oid = try row.oid(0)
      guard let position = positions[oid] else { continue }
      let key = KeySchema(
        name: try row.text(1), columns: try row.list(2), isPrimary: try row.flag(3), isImmediate: try row.flag(4),
        hasPredicateOrExpression: try row.flag(5), definition: row.optionalText(7))
      schemas[position].keys.append(key)
      if key.isPrimary { schemas[position].primaryKey = key.columns }
      if try row.flag(6) { identityIndexes[oid] = key.columns }
    }
  }

  mutating func addTriggers(_ result: QueryResult) throws(PostgresError) {
    for row in result.rows {
      guard let position = positions[try row.oid(0)] else { continue }
      schemas[position].firingTriggers.append(try row.text(1))
    }
  }

  mutating func addForeignKeys(_ result: QueryResult) throws(PostgresError) {
    for row in result.rows {
      guard let position = positions[try row.oid(0)] else { continue }
      schemas[position].foreignKeys.append(
        ForeignKey(
          name: try row.text(1), columns: try row.list(2), referencedTable: try row.name(3, 4),
          definition: row.optionalText(5)))
    }
  }

  mutating func addConstraints(_ result: QueryResult) throws(PostgresError) {
    for row in result.rows {
      guard let position = positions[try row.oid(0)] else { continue }
      schemas[position].constraints.append(TableConstraint(name: try row.text(1), definition: row.optionalText(2)))
    }
  }

  mutating func addIndexes(_ result: QueryResult) throws(PostgresError) {
    for row in result.rows {
      guard let position = positions[try row.oid(0)] else { continue }
      schemas[position].indexes.append(TableIndex(name: try row.text(1), definition: row.optionalText(2)))
    }
  }

  mutating func addDependentViews(_ result: QueryResult) throws(PostgresError) {
    for row in result.rows {
      guard let position = positions[try row.oid(0)] else { continue }
      schemas[position].dependentViews.append(
        DependentView(
          name: try row.name(1, 2), isMaterialized: try row.text(3) == "m", columns: try row.list(4)))
    }
  }

  mutating func addPartitions(_ result: QueryResult) throws(PostgresError) {
    for row in result.rows {
      guard let position = positions[try row.oid(0)] else { continue }
      schemas[position].partitions.append(
        TablePartition(
          name: try row.name(1, 2), parent: try row.name(3, 4), bound: row.optionalText(5) ?? "",
          partitionKey: row.optionalText(6), oid: try row.oid(7), relationFileNode: try row.integer(8),
          wasAttached: try row.flag(9)))
    }
  }

  /// The tables in the order of the relations, each with what its replica identity sends.
  func tables() -> [TableSchema] {
    schemas.map { schema in
      var table = schema
      table.identityColumns = identityColumns(of: schema)
      return table
    }
  }

  private func identityColumns(of table: TableSchema) -> [String] {
    switch table.replicaIdentity {
    case .nothing: []
    case .full: table.carriedColumns.map(\.name)
    case .index: identityIndexes[table.oid] ?? []
    // A deferrable primary key identifies nothing (RelationGetIndexList, utils/cache/relcache.c).
    case .default: table.keys.first { $0.isPrimary && $0.isImmediate }?.columns ?? []
    }
  }

  private mutating func column(_ row: ResultRow) throws(PostgresError) -> ColumnSchema {
    let generated: GeneratedColumn? =
      try row.text(6).isEmpty
      ? nil : GeneratedColumn(kind: try row.value(6), expression: row.optionalText(11) ?? "")
    let missing = row.optionalText(8)
    var column = ColumnSchema(
      name: try row.text(2), attributeNumber: try row.integer(1),
      type: try types.reference(try row.oid(3), try row.integer(4)), isNotNull: try row.flag(5),
      defaultExpression: generated == nil ? row.optionalText(11) : nil,
      missingValue: missing.flatMap(TextArray.onlyElement(of:)),
      isDefaultVolatile: generated == nil ? try row.flag(12) : false, generated: generated,
      identity: try row.text(7).isEmpty ? nil : try row.value(7),
      collation: row.optionalText(10) == nil ? nil : try row.name(9, 10))
    column.catalogVersion = row.optionalText(13)
    return column
  }
}
