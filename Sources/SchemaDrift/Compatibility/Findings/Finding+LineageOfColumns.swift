import PostgresTypes

extension Finding {
  /// A column is gone from the source and still on the target.
  static func sourceRemovedColumn(_ column: ColumnSchema, _ context: FindingContext) -> Finding {
    let text = "Target has column \(DisplayName.quoted(column.name)) that no longer exists in source"
    let flag = { (name: String) in context.resume(context.flag(name, column: column.name)) }
    return Finding(
      reason: .sourceRemovedColumn, severity: .blocked, column: column.name, headline: context.mismatch(),
      lines: [text], summary: "target has \(DisplayName.quoted(column.name)), source doesn't any more", error: text,
      impact: "Going on would leave values in \(DisplayName.quoted(column.name)) that no row of the source has.",
      resolution: "Drop column on target or use --preserve-columns or --null-removed-columns",
      fix: [context.drop(column)],
      alternatives: [
        Action("Or keep the column and its values on the target", commands: [flag("preserve-columns")]),
        Action("Or set it to NULL in every row that changes", commands: [flag("null-removed-columns")]),
      ]
    ).withHazards(of: column, rewrites: false, context)
  }

  /// A column that is gone from the source stays on the target by the operator's leave.
  static func keptColumn(_ column: ColumnSchema, isNulled: Bool, _ context: FindingContext) -> Finding {
    let name = DisplayName.quoted(column.name)
    let how = isNulled ? "is set to NULL in rows that change" : "keeps its values"
    return Finding(
      reason: .sourceRemovedColumn, severity: .info, column: column.name, headline: context.difference(.info),
      lines: ["Target column \(name) is gone from the source and \(how)"], summary: "\(name) is gone from the source",
      error: "Target column \(name) is gone from the source and \(how)",
      impact: "The two sides differ in \(name).", resolution: "Drop the column on the target when nobody needs it")
  }

  /// A column has a new name on the source.
  ///
  /// - Parameter fix: the statements of the ``RenamePlan``; empty if the new name is taken on the target.
  static func sourceRenamedColumn(
    _ column: ColumnSchema, target: ColumnSchema, fix: [String], _ context: FindingContext
  ) -> Finding {
    let old = DisplayName.quoted(target.name)
    let new = DisplayName.quoted(column.name)
    let isTaken = fix.isEmpty
    return Finding(
      reason: .sourceRenamedColumn, severity: .blocked, column: column.name, headline: context.mismatch(),
      lines: [
        "Source column \(old) was renamed to \(new)",
        isTaken ? "Target has columns of both names" : "Target still has the old name",
      ],
      summary: "source renamed \(old) to \(new), target didn't",
      error: "Source column \(old) was renamed to \(new)",
      impact: "Going on would leave \(old) as it is and lose the values of \(new).",
      resolution: isTaken
        ? "Drop or rename target column \(new), then rename \(old)" : "Rename column on target",
      fix: fix)
  }

  /// Names were exchanged on the source, and nothing tells whether the target has followed.
  static func ambiguousSwap(_ column: ColumnSchema, now: ColumnSchema, _ context: FindingContext) -> Finding {
    let old = DisplayName.quoted(column.name)
    let new = DisplayName.quoted(now.name)
    return Finding(
      reason: .sourceRenamedColumn, severity: .blocked, column: column.name, headline: context.mismatch(),
      lines: [
        "Source column \(old) was renamed to \(new), and \(new) is a column of the target already",
        "It cannot be told which of the target's columns holds its values",
      ],
      summary: "source renamed \(old) to \(new), a name that the target has already",
      error: "Source column \(old) was renamed to \(new), a name that the target has already",
      impact: "Going on could write values into the wrong column.", resolution: "Copy the table anew",
      alternatives: [Action("Copy the table anew", commands: [context.resync])])
  }

  /// A column was dropped on the source and added again under the same name.
  static func sourceReplacedColumn(
    _ column: ColumnSchema, target: ColumnSchema, isAccepted: Bool, _ context: FindingContext
  ) -> Finding {
    let name = DisplayName.quoted(column.name)
    let line = "Source column \(name) was dropped and added again"
    let addition = ColumnAddition(column, to: context.targetTable, types: context.types, isCarried: true)
    let drop = context.drop(target)
    let severity: FindingSeverity = isAccepted ? .warning : .blocked
    return Finding(
      reason: .sourceReplacedColumn, severity: severity, column: column.name, headline: context.mismatch(severity),
      lines: [line, "Rows that exist already hold other values on the target than on the source"],
      summary: "source replaced \(name)", error: line,
      impact: "Going on would leave the values of the dropped column in rows that exist already.",
      resolution: "Replace the column on the target too, or read it again from the source",
      fix: isAccepted ? [] : [drop] + addition.statements, fixAfterResume: addition.statementsAfterResume,
      alternatives: context.backfillActions,
      backfillReason: "\(line): rows that exist already hold other values on the source."
    ).withHazards(of: target, rewrites: false, context)
  }

  /// The publication's column list leaves out a column that it used to send.
  static func publicationGap(_ column: ColumnSchema, _ context: FindingContext) -> Finding {
    let name = DisplayName.quoted(column.name)
    let line = "Source column \(name) is no longer in the publication's column list"
    return Finding(
      reason: .publicationGap, severity: .blocked, column: column.name, headline: context.mismatch(), lines: [line],
      summary: "publication doesn't send \(name) any more", error: line,
      impact: "Going on would leave \(name) behind the source without a sign of it.",
      resolution: "Put the column back into the publication (ALTER PUBLICATION … SET TABLE …), or use --skip-columns",
      alternatives: [
        Action("Put the column back into the publication on the source (ALTER PUBLICATION … SET TABLE …)"),
        Action(
          "Or leave the column out", commands: [context.resume(context.flag("skip-columns", column: column.name))]),
      ],
      backfillReason: "Values of \(name) were changed on the source without being sent.")
  }
}
