import PostgresTypes

extension Finding {
  /// The source has a column that the target lacks, and nothing allows for it.
  static func sourceAddedColumn(_ column: ColumnSchema, _ context: FindingContext) -> Finding {
    let addition = ColumnAddition(column, to: context.targetTable, types: context.types, isCarried: true)
    let backfill = StaleColumn.reason(forNew: column, context)
    let name = DisplayName.quoted(column.name)
    var finding = Finding(
      reason: .sourceAddedColumn, severity: .blocked, column: column.name,
      headline: "[ERROR] Schema mismatch detected on \(DisplayName.table(context.table))",
      lines: [
        newColumnLine(column), "Target does not have this column", "Sync STOPPED to prevent data loss.",
      ],
      summary: "source has \(name), target doesn't",
      error: "Source has new column \(name) not in target",
      impact: "Going on would drop every value of \(name).",
      resolution: "Add column to target or use --skip-columns",
      fix: addition.statements, fixAfterResume: addition.statementsAfterResume,
      alternatives: (backfill == nil ? [] : context.backfillActions) + [
        Action(
          "Or leave the column out (its values are lost on the target)",
          commands: [context.resume(context.flag("skip-columns", column: column.name))])
      ],
      backfillReason: backfill)
    // The target gets several new columns in the order that they have on the source.
    finding.order = Int(column.attributeNumber)
    return finding
  }

  /// The source has a column that the target lacks; NULLs pass, the first value stops the table.
  static func sourceAddedColumnUntilValue(_ column: ColumnSchema, _ context: FindingContext) -> Finding {
    var finding = sourceAddedColumn(column, context)
    finding.severity = .warning
    finding.headline = context.difference(.warning)
    finding.lines = [
      newColumnLine(column), "Target does not have this column",
      "Continuing while it is NULL; the first value stops the table (source_added_columns: stop_on_value)",
    ]
    finding.impact = "Nothing is lost: the first row with a value of this column is parked, and the table stops."
    return finding
  }

  /// A column of the source is left out by the operator's leave.
  static func skippedColumn(
    _ column: ColumnSchema, by reason: SkippedColumn.Reason, _ context: FindingContext
  ) -> Finding {
    let name = DisplayName.quoted(column.name)
    let cause = reason == .override ? "--skip-columns" : "source_added_columns: skip"
    return Finding(
      reason: .sourceAddedColumn, severity: .info, column: column.name, headline: context.difference(.info),
      lines: ["Source column \(name) is skipped (\(cause))"], summary: "source column \(name) is skipped",
      error: "Source column \(name) is skipped (\(cause))", impact: "Values of \(name) do not reach the target.",
      resolution: "Remove the override when the target has the column")
  }

  /// A column of this shape is gone from the source by now, and from the target.
  static func droppedSince(_ column: ColumnSchema, _ context: FindingContext) -> Finding {
    let name = DisplayName.quoted(column.name)
    return Finding(
      reason: .sourceAddedColumn, severity: .info, column: column.name, headline: context.difference(.info),
      lines: ["Source column \(name) is in this part of the stream, but the source has dropped it since"],
      summary: "source has dropped \(name) since",
      error: "Source has dropped column \(name) since",
      impact: "Nothing is lost: the source does not have these values any more.", resolution: "Nothing to do")
  }

  /// A new column of the source that the publication's column list leaves out: no RELATION ever tells of it.
  static func unlistedColumn(_ column: ColumnSchema, _ context: FindingContext) -> Finding {
    let name = DisplayName.quoted(column.name)
    return Finding(
      reason: .sourceAddedColumn, severity: .warning, column: column.name, headline: context.difference(.warning),
      lines: [newColumnLine(column), "The publication's column list leaves it out, so its values are not sent"],
      summary: "source has \(name), the publication's column list doesn't",
      error: "Source has new column \(name), which the publication's column list leaves out",
      impact: "Values of \(name) do not reach the target.",
      resolution: "Add the column on the target and to the publication's column list, if it is to be replicated")
  }

  private static func newColumnLine(_ column: ColumnSchema) -> String {
    "Source has new column: \(DisplayName.quoted(column.name)) (type: \(DisplayName.visible(column.type.shortName)))"
  }
}
