import PostgresTypes

extension Finding {
  /// The target has no such table.
  static func tableMissing(_ source: TableSchema, _ context: FindingContext) -> Finding {
    let name = DisplayName.table(context.table)
    var table = source
    table.name = context.table
    let creation = TableCreation(of: table, types: context.types)
    return Finding(
      reason: .tableMissing, severity: .blocked, headline: context.mismatch(),
      lines: ["Target does not have this table"], summary: "target doesn't have the table",
      error: "Target does not have table \(name)", impact: "There is nowhere to apply its changes.",
      resolution: "Create the table on the target", fix: creation.statements,
      fixAfterResume: creation.statementsAfterResume,
      alternatives: context.hasBaseline
        ? [Action("Then copy its rows anew", commands: [context.resync])] : [],
      backfillReason: context.hasBaseline ? "The table has to be copied: the new one is empty." : nil)
  }

  /// The source's table has another name than before.
  static func tableRenamed(from old: QualifiedName, isTaken: Bool, _ context: FindingContext) -> Finding {
    let line = "Source table \(DisplayName.table(old)) was renamed to \(DisplayName.table(context.table))"
    return Finding(
      reason: .tableRenamed, severity: .blocked, headline: context.mismatch(),
      lines: [line, isTaken ? "Target has tables of both names" : "Target still has the old name"],
      summary: "source renamed \(DisplayName.table(old)), target didn't", error: line,
      impact: "Its changes would have nowhere to go, or go into another table.",
      resolution: isTaken
        ? "Give the target's tables the names that the source's have" : "Rename the table on the target",
      fix: isTaken ? [] : renameStatements(old, context.table),
      alternatives: isTaken
        ? [
          Action("Rename the target's tables as the source's were renamed"),
          Action("Or copy the table anew", commands: [context.resync]),
        ]
        : [])
  }

  private static func renameStatements(_ old: QualifiedName, _ new: QualifiedName) -> [String] {
    var statements: [String] = []
    var name = old
    if !old.name.isSameName(as: new.name) {
      statements.append("ALTER TABLE \(old.sql) RENAME TO \(SQLIdentifier.quoted(new.name));")
      name.name = new.name
    }
    if !old.schema.isSameName(as: new.schema) {
      statements += SchemaCreation.statements(for: new.schema)
      statements.append("ALTER TABLE \(name.sql) SET SCHEMA \(SQLIdentifier.quoted(new.schema));")
    }
    return statements
  }

  /// Another table stands under the same name on the source.
  static func tableRecreated(_ context: FindingContext) -> Finding {
    Finding(
      reason: .tableRecreated, severity: .blocked, headline: context.mismatch(),
      lines: [
        "Source table was dropped and created again under the same name",
        "Target still has the rows of the dropped table",
      ],
      summary: "source recreated the table", error: "Source table was dropped and created again under the same name",
      impact: "Going on would mix the rows of two tables.", resolution: "Copy the table anew",
      alternatives: [Action("Copy the table anew", commands: [context.resync])],
      backfillReason: "The target holds the rows of the table that was dropped.")
  }

  /// A table is new in the publication.
  static func tableAdded(_ context: FindingContext) -> Finding {
    Finding(
      reason: .tableAdded, severity: .blocked, headline: context.mismatch(),
      lines: [
        "Source has new table \(DisplayName.table(context.table)) in the publication",
        "Its rows are not copied yet (new_tables: stop)",
      ],
      summary: "source has a new table", error: "Source has new table \(DisplayName.table(context.table))",
      impact: "Rows that it had before are not in the stream.", resolution: "Copy the table, or set new_tables",
      alternatives: [
        Action("Copy the table and let it stream", commands: [context.resync]),
        Action("Or leave it out: set new_tables: ignore in pgsyncd.yaml"),
      ])
  }

  /// Updates and deletes could not find exactly their row on the target.
  static func noRowIdentity(
    sent identity: [String], identityOnTarget: [String], canHavePrimaryKey: Bool, _ context: FindingContext
  ) -> Finding {
    let list = identity.map(DisplayName.quoted).joined(separator: ", ")
    let line =
      identity.isEmpty
      ? "Source sends no old row with updates and deletes, so PostgreSQL refuses them on the source"
      : "Target has no unique key over the columns that identify a row on the source (\(list))"
    return Finding(
      reason: .noRowIdentity, severity: .warning, headline: context.difference(.warning), lines: [line],
      summary: "updates and deletes cannot find their row", error: line,
      impact: identity.isEmpty
        ? "Only INSERT and TRUNCATE replicate."
        : "The table stops before the first UPDATE or DELETE, which could touch the wrong number of rows.",
      resolution: identity.isEmpty
        ? "Give the source table a primary key or REPLICA IDENTITY FULL" : "Add a unique key to the target",
      fix: identity.isEmpty || identityOnTarget.count < identity.count
        ? [] : [keyStatement(identityOnTarget, isPrimary: canHavePrimaryKey, context)])
  }

  private static func keyStatement(_ columns: [String], isPrimary: Bool, _ context: FindingContext) -> String {
    let list = columns.map(SQLIdentifier.quoted).joined(separator: ", ")
    return isPrimary
      ? "\(context.alterTable) ADD PRIMARY KEY (\(list));"
      : "CREATE UNIQUE INDEX ON \(context.targetTable.sql) (\(list));"
  }
}
