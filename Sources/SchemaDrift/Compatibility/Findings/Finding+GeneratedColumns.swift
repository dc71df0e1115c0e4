import PostgresTypes

extension Finding {
  /// A column of the source maps onto a generated column of the target, which refuses values.
  static func targetGenerated(_ column: ColumnSchema, target: ColumnSchema, _ context: FindingContext) -> Finding {
    let name = SQLIdentifier.quoted(target.name)
    let line = "Source column \(DisplayName.quoted(column.name)) maps onto a generated column of the target"
    let isStored = target.generated?.kind == .stored
    let addition = ColumnAddition(column, to: context.targetTable, types: context.types, isCarried: true)
    return Finding(
      reason: .targetGenerated, severity: .blocked, column: column.name, headline: context.mismatch(),
      lines: [line, "PostgreSQL refuses values for it"],
      summary: "target generates \(DisplayName.quoted(column.name)), source doesn't", error: line,
      impact: "Every change would be refused, or the source's values would be lost.",
      resolution: "Make it a plain column on the target or use --skip-columns",
      fix: isStored
        ? ["\(context.alterTable) ALTER COLUMN \(name) DROP EXPRESSION;"]
        : [context.drop(target)] + addition.statements,
      alternatives: [
        Action(
          "Or let the target go on generating it",
          commands: [context.resume(context.flag("skip-columns", column: column.name))])
      ],
      backfillReason: context.hasBaseline
        ? "Rows that exist already hold the target's generated values of \(DisplayName.quoted(column.name))." : nil)
  }

  /// The source generates a column, so the stream does not carry it, and the target has a plain column of that name.
  static func sourceGeneratedColumn(
    _ column: ColumnSchema, target: ColumnSchema, expression: String, _ context: FindingContext
  ) -> Finding {
    let name = DisplayName.quoted(column.name)
    let addition = ColumnAddition(column, to: context.targetTable, types: context.types, isCarried: false)
    return Finding(
      reason: .sourceGeneratedColumn, severity: .blocked, column: column.name, headline: context.mismatch(),
      lines: [
        "Source column \(name) is generated and not in the stream: \(DisplayName.visible(expression))",
        "Target column is a plain column and would stay NULL",
      ],
      summary: "source generates \(name), target doesn't",
      error: "Source column \(name) is generated and not in the stream, target column is a plain column",
      impact: "Going on would leave \(name) NULL, or as it was, in every row that changes.",
      resolution: "Generate the column on the target too or use --skip-columns",
      fix: [context.drop(target)] + addition.statements,
      alternatives: [
        Action(
          "Or leave the column as it is",
          commands: [context.resume(context.flag("skip-columns", column: column.name))])
      ])
  }

  /// The source generates a column that the target does not have.
  static func sourceGeneratedColumnMissing(_ column: ColumnSchema, _ context: FindingContext) -> Finding {
    let name = DisplayName.quoted(column.name)
    let addition = ColumnAddition(column, to: context.targetTable, types: context.types, isCarried: false)
    return Finding(
      reason: .sourceGeneratedColumn, severity: .warning, column: column.name,
      headline: context.difference(.warning),
      lines: ["Source has generated column \(name), target does not have this column"],
      summary: "source generates \(name), target doesn't have it",
      error: "Source has generated column \(name) not in target",
      impact: "Nothing is lost: its values are computed from columns that are replicated.",
      resolution: "Add the generated column to the target if it is needed there", fix: addition.statements)
  }

  /// Both sides generate a column, by different expressions.
  static func generatedDifferently(
    _ column: ColumnSchema, source: GeneratedColumn, target: GeneratedColumn, _ context: FindingContext
  ) -> Finding {
    let name = DisplayName.quoted(column.name)
    return Finding(
      reason: .sourceGeneratedColumn, severity: .warning, column: column.name,
      headline: context.difference(.warning),
      lines: [
        "Both sides generate column \(name), by different expressions",
        "Source: \(DisplayName.visible(source.expression))", "Target: \(DisplayName.visible(target.expression))",
      ],
      summary: "the sides generate \(name) differently",
      error: "Source and target generate column \(name) by different expressions",
      impact: "Values of \(name) may differ between the sides.", resolution: "Use the same expression on both sides")
  }
}
