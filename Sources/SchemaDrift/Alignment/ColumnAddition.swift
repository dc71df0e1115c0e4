import PostgresTypes

/// Adds a column of the source to the target's table.
struct ColumnAddition {
  /// What to run now.
  let statements: [String]
  /// What can only be run when every row has its value.
  let statementsAfterResume: [String]

  /// - Parameters:
  ///   - column: the column as the source has it.
  ///   - table: the target's table.
  ///   - types: what the target may lack.
  ///   - isCarried: false for a generated column that the stream does not carry: then the target generates it too.
  init(_ column: ColumnSchema, to table: QualifiedName, types: TypeCreation, isCarried: Bool) {
    let name = SQLIdentifier.quoted(column.name)
    let alterTable = "ALTER TABLE \(table.sql) "
    let alterColumn = alterTable + "ALTER COLUMN \(name) "
    var before = types.statements(for: column.type)
    var after: [String] = []
    var later: [String] = []
    let plan = DomainPlan(column)
    var clauses = [alterTable + "ADD COLUMN \(name) \(plan.type.shortSQL)"]
    if let collation = column.collation { clauses.append("COLLATE \(collation.sql)") }
    if let generated = column.generated, !isCarried {
      clauses.append(generated.clause(onTarget: types.targetVersion))
      if column.isNotNull { clauses.append("NOT NULL") }
    } else if let missing = column.missingValue {
      // Rows that exist already read the value of ADD time on the source, which need not be today's default.
      let today = column.defaultExpression
      let isToday = today.flatMap { DefaultExpression($0).constantValue }?.isSameName(as: missing) == true
      clauses.append("DEFAULT " + (isToday ? today ?? "" : SQLLiteral.afterSpace(missing)))
      if column.isNotNull { clauses.append("NOT NULL") }
      if !isToday { after.append(alterColumn + (today.map { "SET DEFAULT \($0);" } ?? "DROP DEFAULT;")) }
    } else {
      // The default comes in a statement of its own: in ADD COLUMN it would fill the rows that exist already. Where
      // NULL is refused at once it has to.
      if plan.fillsRows, let today = column.defaultExpression {
        clauses.append("DEFAULT \(today)")
      } else if let today = column.defaultExpression {
        after.append(alterColumn + "SET DEFAULT \(today);")
      }
      if plan.isStaged { later.append(alterColumn + "TYPE \(column.type.shortSQL);") }
      if column.isNotNull { later.append(alterColumn + "SET NOT NULL;") }
      if let identity = column.identity { later.append(alterColumn + "ADD GENERATED \(identity.sql) AS IDENTITY;") }
    }
    if let sequence = column.defaultExpression.flatMap({ DefaultExpression($0).sequence }) {
      before.append("CREATE SEQUENCE IF NOT EXISTS \(sequence);")
    }
    statements = before + [clauses.joined(separator: " ") + ";"] + after
    statementsAfterResume = later
  }
}

/// How a column of a domain that refuses NULL gets into a table that has rows: filled with its default, or with the base
/// type first and the domain when every row has its value.
private struct DomainPlan {
  let type: TypeReference
  let fillsRows: Bool
  let isStaged: Bool

  init(_ column: ColumnSchema) {
    let refusesNull = column.isDomainNotNull && column.missingValue == nil
    fillsRows = refusesNull && column.defaultExpression != nil && !column.isDefaultVolatile
    isStaged = refusesNull && !fillsRows
    type = isStaged ? column.type.withoutDomains : column.type
  }
}

extension IdentityKind {
  /// The words of GENERATED … AS IDENTITY.
  var sql: String {
    switch self {
    case .always: "ALWAYS"
    case .byDefault: "BY DEFAULT"
    }
  }
}
