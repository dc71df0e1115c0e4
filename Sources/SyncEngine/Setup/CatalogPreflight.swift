import LibPQ
import PostgresTypes

/// Whether the catalog of the target can be used, or created.
struct CatalogPreflight {
  /// What the target holds; nil if the role may not even look.
  var state: CatalogState?
  /// What stands in the way.
  var problems: [SetupProblem] = []

  /// Asks the target.
  init(_ catalog: PipelineCatalog, _ facts: ServerFacts) throws(PostgresError) {
    let role = SQLIdentifier.quoted(facts.role)
    let access = try catalog.connection.query(
      """
      SELECT has_schema_privilege(n.oid, 'USAGE') AND coalesce((
        SELECT bool_and(has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
          AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
        FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r'), true)
      FROM pg_namespace n
      WHERE n.nspname = 'pgsyncd'
      """)
    if access.rowCount == 1, try !access.onlyRow().flag(0) {
      problems.append(
        SetupProblem(
          .failure, "The role \(role) may not use the catalog (schema pgsyncd) of the target",
          why: "The state of the pipeline is kept there", on: .target,
          fix: [
            "GRANT USAGE ON SCHEMA pgsyncd TO \(role);",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgsyncd TO \(role);",
          ]))
      return
    }
    let state = try catalog.state()
    self.state = state
    switch state {
    case .absent:
      guard !facts.mayCreateInDatabase else { return }
      problems.append(
        SetupProblem(
          .failure,
          "The role \(role) lacks CREATE on the database \(SQLIdentifier.quoted(facts.database)) of the target",
          why: "The state of the pipeline is kept there, in a schema named pgsyncd", on: .target,
          fix: [Grant.create(inDatabase: facts.database, to: facts.role)]))
    case .foreignSchema:
      problems.append(
        SetupProblem(.failure, CatalogError.foreignSchema.description, on: .target))
    case .version(let version) where version > CatalogMigration.currentVersion:
      let error = CatalogError.newerThanBinary(
        catalogVersion: version, binaryVersion: CatalogMigration.currentVersion)
      problems.append(SetupProblem(.failure, error.description, on: .command))
    case .version: break
    }
  }
}
