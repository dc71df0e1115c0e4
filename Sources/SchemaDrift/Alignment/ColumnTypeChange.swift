import PostgresTypes

/// Gives a column of the target the type that the source's has.
struct ColumnTypeChange {
  /// What to run; empty if no statement can do it.
  let statements: [String]
  /// True if PostgreSQL may write every row anew: it knows that more room for the same text, or the same digits behind
  /// the point, changes no row.
  let mayRewrite: Bool
  /// True if every value that the target holds survives the change.
  let isSafe: Bool

  init(
    of target: ColumnSchema, to source: ColumnSchema, table: QualifiedName, types: TypeCreation, timezone: String
  ) {
    isSafe = TypeConversion.between(target.type, source.type, timezone: timezone).isLossless
    mayRewrite = !Self.keepsRows(target.type, source.type)
    if let attributes = CompositeChange.statements(from: target.type, to: source.type, types: types) {
      statements = attributes
      return
    }
    let name = SQLIdentifier.quoted(target.name)
    let replacement = CompositeReplacement(from: target.type, to: source.type, types: types)
    let alterColumn = "ALTER TABLE \(table.sql) ALTER COLUMN \(name) "
    let using =
      replacement.map { _ in name + "::text::" + source.type.shortSQL }
      ?? AssignmentCast.using(name, from: target.type, to: source.type, timezone: timezone)
    let collation = source.collation.map { " COLLATE \($0.sql)" } ?? ""
    let plain = alterColumn + "TYPE \(source.type.shortSQL)\(collation)" + (using.map { " USING \($0)" } ?? "")
    let readsZone = using?.contains(TimeZoneClause.keyword) == true
    let change = readsZone ? GuardedStatement.whileType(of: target, in: table, plain) : plain + ";"
    // A default is not converted by USING: it has to go before and to come back after.
    let hasDefault = using != nil && target.defaultExpression != nil
    let restored = source.defaultExpression.map { [alterColumn + "SET DEFAULT \($0);"] } ?? []
    statements =
      (replacement?.before ?? types.statements(for: source.type)) + (hasDefault ? [alterColumn + "DROP DEFAULT;"] : [])
      + [change]
      + (hasDefault ? restored : []) + (replacement?.after ?? [])
  }

  private static func keepsRows(_ old: TypeReference, _ new: TypeReference) -> Bool {
    let isLossless = TypeConversion.between(old, new).isLossless
    switch (old.withoutDomains.name.name, new.withoutDomains.name.name) {
    case _ where !isLossless || !old.isBuiltinByName || !new.isBuiltinByName: return false
    case ("varchar", "varchar"), ("varchar", "text"), ("text", "varchar"), ("varbit", "varbit"): return true
    case ("numeric", "numeric"): return new.modifier == -1 || (old.modifier - 4) & 0x7ff == (new.modifier - 4) & 0x7ff
    default: return false
    }
  }
}
