import LibPQ
import PostgresTypes
import SchemaDrift

/// What has to be right with the chosen tables on both sides, apart from whether their schemas fit.
struct TablePreflight {
  let source: PostgresConnection
  let target: PostgresConnection
  let sourceFacts: ServerFacts
  let targetFacts: ServerFacts

  /// Everything that was found; a fixed number of statements however many tables there are.
  ///
  /// - Parameter createsPublication: The name of the publication that has to be created; nil if it exists.
  func problems(
    _ sourceTables: [TableSchema], _ targetTables: [TableSchema], createsPublication: String?
  ) throws(PostgresError) -> [SetupProblem] {
    try sourceProblems(sourceTables, createsPublication: createsPublication)
      + identityProblems(sourceTables) + targetProblems(targetTables) + actors(targetTables)
  }

  private func sourceProblems(
    _ tables: [TableSchema], createsPublication: String?
  ) throws(PostgresError) -> [SetupProblem] {
    let privileges = try TablePrivileges(source, tables, needing: ["SELECT"])
    var problems: [SetupProblem] = []
    if let problem = privileges.problem(
      role: sourceFacts.role, on: .source, purpose: "The tables have to be read for the copy")
    {
      problems.append(problem)
    }
    if let createsPublication, !privileges.foreign.isEmpty || !sourceFacts.mayCreateInDatabase {
      let why =
        privileges.foreign.isEmpty
        ? "That needs CREATE on the database \(SQLIdentifier.quoted(sourceFacts.database))"
        : "That needs the owner of every table; \(Listing.of(privileges.foreign)) belong to others"
      problems.append(
        SetupProblem(
          .failure,
          "The role \(SQLIdentifier.quoted(sourceFacts.role)) may not create the publication "
            + SQLIdentifier.quoted(createsPublication),
          why: why, on: .source,
          advice: "Let an owner of the tables or a superuser create it; an existing publication is used as it is.",
          fix: [Publication.creation(createsPublication, tables)]))
    }
    let filtered = tables.filter(\.rowSecurityApplies).map(\.name)
    if !filtered.isEmpty {
      problems.append(rowSecurity(filtered, sourceFacts, .source, why: "Rows would silently be missing in the copy"))
    }
    return problems
  }

  /// Tables on which the source would refuse updates and deletes as soon as they are published.
  private func identityProblems(_ tables: [TableSchema]) -> [SetupProblem] {
    let anonymous = tables.filter(\.identityColumns.isEmpty).filter { !$0.columns.isEmpty }
    if anonymous.isEmpty { return [] }
    return [
      SetupProblem(
        .warning, "No replica identity: \(Listing.of(anonymous.map(\.name)))",
        why:
          "The source refuses UPDATE and DELETE on a published table that has no primary key or other replica identity",
        on: .source, advice: "Add a primary key, or:",
        fix: anonymous.prefix(20).map { "ALTER TABLE \($0.name.sql) REPLICA IDENTITY FULL;" })
    ]
  }

  private func targetProblems(_ tables: [TableSchema]) throws(PostgresError) -> [SetupProblem] {
    var problems: [SetupProblem] = []
    let privileges = try TablePrivileges(
      target, tables, needing: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"])
    if let problem = privileges.problem(
      role: targetFacts.role, on: .target, purpose: "Changes could not be written")
    {
      problems.append(problem)
    }
    let filtered = tables.filter(\.rowSecurityApplies).map(\.name)
    if !filtered.isEmpty {
      problems.append(
        rowSecurity(filtered, targetFacts, .target, why: "Its policies would refuse or hide replicated rows"))
    }
    return problems
  }

  private func rowSecurity(
    _ tables: [QualifiedName], _ facts: ServerFacts, _ place: SetupProblem.Place, why: String
  ) -> SetupProblem {
    SetupProblem(
      .failure,
      "Row security applies to the role \(SQLIdentifier.quoted(facts.role)) on \(Listing.of(tables)) "
        + "on the \(place.rawValue)",
      why: why, on: place, fix: ["ALTER ROLE \(SQLIdentifier.quoted(facts.role)) BYPASSRLS;"])
  }

  /// Triggers and foreign keys of the target that act on replicated rows.
  private func actors(_ tables: [TableSchema]) throws(PostgresError) -> [SetupProblem] {
    var problems: [SetupProblem] = []
    let always = tables.flatMap { table in
      table.firingTriggers.map { "\(SQLIdentifier.quoted($0)) on \(table.name)" }
    }
    if !always.isEmpty {
      problems.append(
        SetupProblem(
          .warning, "These triggers of the target fire for every replicated row: \(Listing.of(always))",
          why: "They are set to ENABLE ALWAYS or ENABLE REPLICA", on: .target))
    }
    if targetFacts.maySetReplicationRole { return problems }
    var acting: [String] = []
    let result = try target.query(
      """
      SELECT t.tgname, n.nspname, c.relname
      FROM pg_trigger t
      JOIN pg_class c ON c.oid = t.tgrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE t.tgrelid = ANY ($1::oid[]) AND t.tgenabled = 'O' AND NOT t.tgisinternal
      ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", t.tgname COLLATE "C"
      """, [TextArray.text(tables.map(\.oid.description))])
    for row in result.rows {
      acting.append("trigger \(SQLIdentifier.quoted(try row.text(0))) on \(try row.name(1, 2))")
    }
    for table in tables {
      acting += table.foreignKeys.map { "foreign key \(SQLIdentifier.quoted($0.name)) of \(table.name)" }
    }
    let role = SQLIdentifier.quoted(targetFacts.role)
    let cause = "The role \(role) may not set session_replication_role"
    problems.append(
      SetupProblem(
        acting.isEmpty ? .note : .warning,
        acting.isEmpty
          ? "Triggers and foreign keys of the target would act on replicated rows; there are none now"
          : "These will act on replicated rows of the target: \(Listing.of(acting, limit: 20))",
        why: cause, on: .target,
        advice: targetFacts.version < 150_000 ? "On PostgreSQL 14 only a superuser may set it." : nil,
        fix: targetFacts.version < 150_000 ? [] : ["GRANT SET ON PARAMETER session_replication_role TO \(role);"]))
    return problems
  }
}
