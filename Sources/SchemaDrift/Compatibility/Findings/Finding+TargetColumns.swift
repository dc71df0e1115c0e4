import PostgresTypes

extension Finding {
  /// The target has a column of its own that fills itself.
  static func targetAddedColumn(_ column: ColumnSchema, _ context: FindingContext) -> Finding {
    let name = DisplayName.quoted(column.name)
    let line = "Target has extra column: \(name) (\(fillsItself(column)))"
    let isStopped = context.policy.targetAddedColumns == .stop
    return Finding(
      reason: .targetAddedColumn, severity: isStopped ? .blocked : .warning, column: column.name,
      headline: isStopped ? context.mismatch() : context.difference(.warning),
      lines: isStopped ? [line, "Sync STOPPED (target_added_columns: stop)"] : [line],
      summary: "target has \(name), source doesn't", error: "Target has extra column \(name) (\(fillsItself(column)))",
      impact: "Replicated rows do not set \(name); the target fills it.",
      resolution: "Nothing to do, or drop the column on the target",
      fix: isStopped ? [context.drop(column)] : [],
      alternatives: isStopped
        ? [Action("Or allow extra columns: set target_added_columns: allow in pgsyncd.yaml")] : [])
  }

  /// The target has a column of its own that every INSERT would violate.
  static func targetNotNull(
    _ column: ColumnSchema, isInPrimaryKey: Bool, _ context: FindingContext
  ) -> Finding {
    let name = DisplayName.quoted(column.name)
    let text = "Target has new column \(name) (NOT NULL, no DEFAULT)"
    return Finding(
      reason: .targetNotNull, severity: .blocked, column: column.name, headline: context.mismatch(), lines: [text],
      summary: "target has \(name) NOT NULL without DEFAULT, source doesn't", error: text,
      impact: "Every INSERT would be refused: nothing gives \(name) a value.",
      resolution: "Make the column nullable or give it a DEFAULT on the target",
      fix: dropNotNull(column, isInPrimaryKey: isInPrimaryKey, context),
      alternatives: [
        Action(
          "Or give it a DEFAULT",
          commands: ["\(context.alterTable) ALTER COLUMN \(SQLIdentifier.quoted(column.name)) SET DEFAULT …;"])
      ])
  }

  private static func dropNotNull(
    _ column: ColumnSchema, isInPrimaryKey: Bool, _ context: FindingContext
  ) -> [String] {
    if isInPrimaryKey { return [] }
    if !column.isNotNull, case .domain = column.type.definition {
      return ["ALTER DOMAIN \(column.type.name.sql) DROP NOT NULL;"]
    }
    return ["\(context.alterTable) ALTER COLUMN \(SQLIdentifier.quoted(column.name)) DROP NOT NULL;"]
  }

  private static func fillsItself(_ column: ColumnSchema) -> String {
    if column.generated != nil { return "generated" }
    if column.identity != nil { return "identity" }
    if !column.isNotNull { return "nullable" }
    return "NOT NULL, has DEFAULT"
  }

  /// The target refuses NULL where the source has it.
  static func targetStricter(_ column: ColumnSchema, target: ColumnSchema, _ context: FindingContext) -> Finding {
    let name = DisplayName.quoted(column.name)
    let line = "Target column \(DisplayName.quoted(target.name)) is NOT NULL, source column is nullable"
    return Finding(
      reason: .targetStricter, severity: .warning, column: column.name, headline: context.difference(.warning),
      lines: [line], summary: "target is NOT NULL in \(name), source isn't", error: line,
      impact: "The table stops at the first NULL in \(name).",
      resolution: "Drop NOT NULL on the target, or set it on the source",
      fix: ["\(context.alterTable) ALTER COLUMN \(SQLIdentifier.quoted(target.name)) DROP NOT NULL;"])
  }

  /// The target's domain has constraints that the source's type does not have.
  static func targetConstrained(
    _ column: ColumnSchema, target: ColumnSchema, constraints: [String], _ context: FindingContext
  ) -> Finding {
    let line =
      "Target type \(DisplayName.visible(target.type.shortSQL)) refuses values that the source accepts: "
      + DisplayName.visible(constraints.joined(separator: ", "))
    return Finding(
      reason: .targetStricter, severity: .warning, column: column.name, headline: context.difference(.warning),
      lines: [line], summary: "target's type of \(DisplayName.quoted(column.name)) is stricter", error: line,
      impact: "The table stops at the first value that violates the domain.",
      resolution: "Relax the domain on the target, or constrain the source likewise")
  }
}
