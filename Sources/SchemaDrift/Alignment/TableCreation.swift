import PostgresTypes

/// Creates a table of the source on the target: types, sequences, columns, keys and partitions.
struct TableCreation {
  /// What to run, in order.
  let statements: [String]
  /// What can only be run when the rows are there, of the other tables too: foreign keys.
  let statementsAfterResume: [String]

  init(of table: TableSchema, types: TypeCreation) {
    let sequences = table.columns.compactMap { $0.defaultExpression.flatMap { DefaultExpression($0).sequence } }
    let before =
      SchemaCreation.statements(for: table.name.schema) + table.columns.flatMap { types.statements(for: $0.type) }
      + sequences.map { "CREATE SEQUENCE IF NOT EXISTS \($0);" }
    let parts = table.columns.map { Self.definition(of: $0, types) } + Self.constraints(of: table)
    let partitioning = table.partitionKey.map { " PARTITION BY \($0)" } ?? ""
    let create = "CREATE TABLE \(table.name.sql) (\(parts.joined(separator: ", ")))\(partitioning);"
    let partitions = table.partitions.map(\.creation)
    var seen: Set<String> = []
    statements =
      before.filter { seen.insert($0).inserted } + [create] + partitions + Self.indexes(of: table)
    statementsAfterResume = table.foreignKeys.compactMap { key in
      key.definition.map {
        "ALTER TABLE \(table.name.sql) ADD CONSTRAINT \(SQLIdentifier.quoted(key.name)) \($0);"
      }
    }
  }

  private static func definition(of column: ColumnSchema, _ types: TypeCreation) -> String {
    var words = [SQLIdentifier.quoted(column.name), column.type.shortSQL]
    if let collation = column.collation { words.append("COLLATE \(collation.sql)") }
    if let generated = column.generated {
      words.append(generated.clause(onTarget: types.targetVersion))
    } else if let identity = column.identity {
      words.append("GENERATED \(identity.sql) AS IDENTITY")
    } else if let expression = column.defaultExpression {
      words.append("DEFAULT \(expression)")
    }
    if column.isNotNull { words.append("NOT NULL") }
    return words.joined(separator: " ")
  }

  /// The primary key, and what else only a constraint can express. A table that is known from the wire only has a
  /// primary key without a name.
  private static func constraints(of table: TableSchema) -> [String] {
    let primary = table.keys.filter(\.isPrimary)
    let keys = primary + table.keys.filter { !$0.isPrimary && ($0.definition != nil || isDeferrable($0)) }
    let nameless =
      primary.isEmpty && !table.primaryKey.isEmpty ? ["PRIMARY KEY (\(list(table.primaryKey)))"] : []
    let others = table.constraints.compactMap { constraint in
      constraint.definition.map { "CONSTRAINT \(SQLIdentifier.quoted(constraint.name)) \($0)" }
    }
    return nameless + keys.map { "CONSTRAINT \(SQLIdentifier.quoted($0.name)) " + definition(of: $0) } + others
  }

  private static func definition(of key: KeySchema) -> String {
    key.definition
      ?? "\(key.isPrimary ? "PRIMARY KEY" : "UNIQUE") (\(list(key.columns)))" + (key.isImmediate ? "" : " DEFERRABLE")
  }

  private static func isDeferrable(_ key: KeySchema) -> Bool { !key.isImmediate && !key.hasPredicateOrExpression }

  /// As the catalog prints them; a unique index whose text is not known is put together from its columns.
  private static func indexes(of table: TableSchema) -> [String] {
    let printed = table.indexes.compactMap(\.definition).map { $0 + ";" }
    let known = Set(table.indexes.filter { $0.definition != nil }.map { NameKey($0.name) })
    return printed
      + table.keys.filter {
        !$0.isPrimary && $0.isImmediate && !$0.hasPredicateOrExpression && $0.definition == nil
          && !known.contains(NameKey($0.name))
      }
      .map { "CREATE UNIQUE INDEX \(SQLIdentifier.quoted($0.name)) ON \(table.name.sql) (\(list($0.columns)));" }
  }

  private static func list(_ columns: [String]) -> String {
    columns.map(SQLIdentifier.quoted).joined(separator: ", ")
  }
}

extension TablePartition {
  /// The statement that creates it.
  var creation: String {
    "CREATE TABLE \(name.sql) PARTITION OF \(parent.sql) \(bound)"
      + (partitionKey.map { " PARTITION BY \($0)" } ?? "") + ";"
  }
}
