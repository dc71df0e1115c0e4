import PostgresTypes

extension Finding {
  /// Unique keys of the target that the source does not have: rows that the source accepts may be refused.
  static func stricterKeys(_ judgement: Judgement, _ target: TableSchema, _ context: FindingContext) -> [Finding] {
    let source = judgement.current ?? judgement.source
    guard source.catalogCompleteness == .catalog else { return [] }
    return target.keys.filter { !$0.isPrimary && !source.guarantees($0) && source.decides($0) }.map { key in
      let columns = key.columns.map(DisplayName.quoted).joined(separator: ", ")
      let line =
        "Target has unique key \(DisplayName.quoted(key.name))\(columns.isEmpty ? "" : " (\(columns))"), source doesn't"
      return Finding(
        reason: .targetStricter, severity: .warning, headline: context.difference(.warning), lines: [line],
        summary: "target has unique key \(DisplayName.quoted(key.name)), source doesn't", error: line,
        impact: "The table stops at the first row that the key refuses.",
        resolution: "Drop the unique key on the target, or create it on the source", fix: [target.drop(key)])
    }
  }

  /// The collations differ: values are the same, their order and comparison may not be.
  static func collation(_ column: ColumnSchema, target: ColumnSchema, _ context: FindingContext) -> Finding {
    let words = { (column: ColumnSchema) in
      DisplayName.visible(column.type.shortSQL + (column.collation.map { " COLLATE \($0.sql)" } ?? ""))
    }
    let collation = column.collation?.sql ?? "pg_catalog.\"default\""
    return Finding(
      reason: .safeCast, severity: .info, column: column.name,
      headline: "[INFO] Type difference on \(context.column(column.name))",
      lines: [
        "Source: \(words(column))", "Target: \(words(target))", "Only the order of values differs - continuing",
      ],
      summary: "collations of \(DisplayName.quoted(column.name)) differ",
      error:
        "Collation of \(DisplayName.quoted(column.name)) differs: source \(words(column)), target \(words(target))",
      impact: "Values are the same; their order and comparison may not be.", resolution: "Nothing to do",
      fix: [
        "\(context.alterTable) ALTER COLUMN \(SQLIdentifier.quoted(target.name)) TYPE \(target.type.shortSQL) "
          + "COLLATE \(collation);"
      ])
  }
}

extension TableSchema {
  /// True if rows of this table cannot violate a key of its counterpart.
  func guarantees(_ key: KeySchema) -> Bool {
    if key.hasPredicateOrExpression, keys.contains(where: { $0.name.isSameName(as: key.name) }) { return true }
    let wanted = Set(key.columns.map(NameKey.init))
    return keys.contains { other in
      !other.hasPredicateOrExpression && !other.columns.isEmpty
        && Set(other.columns.map(NameKey.init)).isSubset(of: wanted)
    }
  }

  /// False if the key has a column that only the counterpart has, which fills it in a way of its own.
  func decides(_ key: KeySchema) -> Bool { key.columns.allSatisfy { column(named: $0) != nil } }

  /// The statement that drops a key of this table.
  func drop(_ key: KeySchema) -> String {
    key.definition == nil
      ? "DROP INDEX \(QualifiedName(schema: name.schema, name: key.name).sql);"
      : "ALTER TABLE \(name.sql) DROP CONSTRAINT \(SQLIdentifier.quoted(key.name));"
  }
}
