import PostgresTypes

extension Finding {
  /// The same finding for a fix that changes a column's type or drops it: what uses the column is named, and what the
  /// statement costs is said.
  func withHazards(of column: ColumnSchema, rewrites: Bool, _ context: FindingContext) -> Finding {
    guard !fix.isEmpty else { return self }
    var finding = self
    if rewrites {
      finding.hazards.append(
        "The change of \(DisplayName.quoted(column.name)) may rewrite the target's table; readers and writers of it wait "
          + "meanwhile.")
    }
    let views = context.views(using: column)
    guard !views.isEmpty else { return finding }
    let names = views.map { DisplayName.table($0.name) }.joined(separator: ", ")
    finding.hazards.append(
      "PostgreSQL refuses to change \(DisplayName.quoted(column.name)) while a view uses it: \(names). Nothing is changed "
        + "by the attempt.")
    finding.preparations.append(
      Action(
        "Keep the definitions of the views that use \(DisplayName.quoted(column.name)), then drop them; create them again "
          + "after the fix, with their grants",
        commands: views.flatMap { view in
          [
            "SELECT pg_catalog.pg_get_viewdef(\(SQLLiteral.afterSpace(view.name.sql))::regclass);",
            "DROP \(view.isMaterialized ? "MATERIALIZED VIEW" : "VIEW") \(view.name.sql);",
          ]
        }))
    return finding
  }
}
