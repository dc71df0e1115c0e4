import PostgresTypes

/// Creates a table of the source on the target: types, sequences, columns, keys and partitions.
struct TableCreation {
  /// What to run, in order.
  let statements: [String]

  init(of table: TableSchema, types: TypeCreation) {
    let sequences = table.columns.compactMap { $0.defaultExpression.flatMap { DefaultExpression($0).sequence } }
    let before =
      SchemaCreation.statements(for: table.name.schema) + table.columns.flatMap { types.statements(for: $0.type) }
      + sequences.map { "CREATE SEQUENCE IF NOT EXISTS \($0);" }
    let parts = table.columns.map { Self.definition(of: $0, types) } + Self.constraints(of: table)
    let partitioning = table.partitionKey.map { " PARTITION BY \($0)" } ?? ""
    let create = "CREATE TABLE \(table.name.sql) (\(parts.joined(separator: ", ")))\(partitioning);"
    let partitions = table.partitions.map { partition in
      "CREATE TABLE \(partition.name.sql) PARTITION OF \(partition.parent.sql) \(partition.bound)"
        + (partition.partitionKey.map { " PARTITION BY \($0)" } ?? "") + ";"
    }
    var seen: Set<String> = []
    statements =
      before.filter { seen.insert($0).inserted } + [create] + partitions + Self.indexes(of: table)
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

  /// The primary key, and unique constraints that only a constraint can express. A table that is known from the wire
  /// only has a primary key without a name.
  private static func constraints(of table: TableSchema) -> [String] {
    let deferrable = table.keys.filter { !$0.isPrimary && !$0.isImmediate && !$0.hasPredicateOrExpression }
      .map { "CONSTRAINT \(SQLIdentifier.quoted($0.name)) UNIQUE (\(list($0.columns))) DEFERRABLE" }
    if let key = table.keys.first(where: \.isPrimary) {
      let suffix = key.isImmediate ? "" : " DEFERRABLE"
      return ["CONSTRAINT \(SQLIdentifier.quoted(key.name)) PRIMARY KEY (\(list(key.columns)))\(suffix)"] + deferrable
    }
    return (table.primaryKey.isEmpty ? [] : ["PRIMARY KEY (\(list(table.primaryKey)))"]) + deferrable
  }

  private static func indexes(of table: TableSchema) -> [String] {
    table.keys.filter { !$0.isPrimary && $0.isImmediate && !$0.hasPredicateOrExpression }
      .map { "CREATE UNIQUE INDEX \(SQLIdentifier.quoted($0.name)) ON \(table.name.sql) (\(list($0.columns)));" }
  }

  private static func list(_ columns: [String]) -> String {
    columns.map(SQLIdentifier.quoted).joined(separator: ", ")
  }
}
