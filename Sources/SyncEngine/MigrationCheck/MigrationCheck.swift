import LibPQ
import PostgresTypes
import SchemaDrift

/// Runs a migration against scratch copies of both schemas, and says of each replicated table what would become of it.
///
/// Nothing is guessed: the statements are run by PostgreSQL, the tables are read and judged as the service would, and
/// whether the fix is safe before or after the migration is found by running it on the copy of the target.
public struct MigrationCheck {
  /// What came of a check.
  public struct Result: Sendable {
    /// The replicated tables that the migration touches, by name.
    public var tables: [CheckedTable]
    /// How many replicated tables it leaves as they are.
    public var untouchedCount: Int
    /// Tables that the migration creates.
    public var created: [QualifiedName]
    /// Objects that the copies lack.
    public var notReproduced: [String]
  }

  /// A statement of the file that the copy refused.
  public struct Failure: Error, Sendable {
    /// The line of the statement, or of the place in it that the server named, from 1.
    public var line: Int
    /// True for the file of the target.
    public var isForTarget: Bool
    /// What the server said.
    public var error: PostgresError?
    /// What is wrong, if it is not a statement.
    public var problem: String?
  }

  private let tables: [ComparedTable]
  private let policies: MigrationPolicy
  private let scratch: ScratchDatabases

  private init(_ tables: [ComparedTable], _ policies: MigrationPolicy, _ scratch: ScratchDatabases) {
    self.tables = tables
    self.policies = policies
    self.scratch = scratch
  }

  /// Checks a migration. The scratch databases are gone when this returns, however it returns.
  ///
  /// - Parameters:
  ///   - tables: the tables of the pipeline, as both sides have them now.
  ///   - migrations: what is carried out on the target by itself.
  ///   - server: where the scratch databases are created.
  ///   - interruption: ends the check early.
  /// - Throws: ``Failure`` if a file does not run.
  public static func run(
    _ script: SQLScript, onTarget targetScript: SQLScript?, tables: [ComparedTable], migrations: MigrationPolicy,
    source: PostgresConnection, target: PostgresConnection, server: ConnectionSettings, token: String,
    interruption: WaitInterruption
  ) throws -> Result {
    let scratch = try ScratchDatabases(on: server, token: token, interruption: interruption)
    defer { scratch.drop() }
    var missing = try SchemaCopy(origin: source, copy: scratch.source).build().map { "source: \($0)" }
    missing += try SchemaCopy(origin: target, copy: scratch.target).build().map { "target: \($0)" }
    var result = try MigrationCheck(tables, migrations, scratch).run(script, targetScript)
    result.notReproduced = missing
    return result
  }

  private func run(_ script: SQLScript, _ targetScript: SQLScript?) throws -> Result {
    let names = tables.map(\.name)
    let sources = try TableIntrospector(scratch.source).tables(named: names)
    let targets = try TableIntrospector(scratch.target).tables(named: names)
    let before = Set(try TableIntrospector(scratch.source).candidates().map(\.oid))
    try execute(script, on: scratch.source, isForTarget: false)
    if let targetScript { try execute(targetScript, on: scratch.target, isForTarget: true) }
    let migrated = try TableIntrospector(scratch.source).tables(oids: sources.map(\.oid))
    let newTargets = try TableIntrospector(scratch.target).tables(oids: targets.map(\.oid))
    let created = try TableIntrospector(scratch.source).candidates().filter {
      $0.obstacle == nil && !before.contains($0.oid)
    }
    var result = Result(tables: [], untouchedCount: 0, created: created.map(\.name), notReproduced: [])
    for table in tables {
      guard let old = sources.first(where: { $0.name == table.name }) else { continue }
      let oldTarget = targets.first { $0.name == table.name }
      let new = migrated.first { $0.oid == old.oid }
      let newTarget = oldTarget.flatMap { old in newTargets.first { $0.oid == old.oid } }
      if new == old, oldTarget == newTarget {
        result.untouchedCount += 1
        continue
      }
      result.tables.append(try check(table, old, new, oldTarget))
    }
    result.tables.sort { $0.name < $1.name }
    return result
  }

  private func execute(_ script: SQLScript, on connection: PostgresConnection, isForTarget: Bool) throws {
    // What a migration names without a schema is in public, as in psql.
    try connection.execute("SET search_path = \"$user\", public")
    for statement in script.statements {
      do throws(PostgresError) { try connection.execute(statement.sql) } catch {
        if error.endsConnection { throw error }
        // The server counts characters of the statement from 1.
        let before = error.position.map { statement.sql.prefix(max(0, $0 - 1)) } ?? ""
        throw Failure(
          line: statement.line + before.count { $0.isNewline }, isForTarget: isForTarget, error: error, problem: nil)
      }
    }
    guard connection.transactionStatus == .idle else {
      throw Failure(
        line: script.statements.last?.line ?? 1, isForTarget: isForTarget, error: nil,
        problem: "the file begins a transaction and does not end it")
    }
    // Whatever the file has set must not change how the catalogs are read.
    try connection.execute("RESET ROLE; SET search_path = ''")
  }

  private func check(
    _ table: ComparedTable, _ old: TableSchema, _ new: TableSchema?, _ oldTarget: TableSchema?
  ) throws -> CheckedTable {
    guard var new else {
      return CheckedTable(
        name: table.name, outcome: .goOn, order: .any, verdict: nil,
        notes: ["The migration drops this table: nothing of it arrives any more, and the target keeps its rows."])
    }
    var old = old
    // The copies have no publication; a column list stands as it is.
    let listed = table.judgement.source.publishedColumns
    (old.publishedColumns, new.publishedColumns) = (listed, listed)
    var judgement = Judgement(
      source: new, target: nil, baseline: old, policy: table.judgement.policy, acceptedTarget: oldTarget)
    try judgement.lookUpTarget(on: scratch.target)
    let verdict = judgement.verdict()
    var checked = CheckedTable(
      name: table.name, outcome: .goOn, order: .any, verdict: verdict, staleColumns: verdict.staleColumns,
      notes: Self.notes(on: new, since: old, table))
    if verdict.outcome == .blocked {
      checked.fix = verdict.fix
      checked.staleColumns += verdict.decisiveFindings.compactMap { finding in
        finding.backfillReason.map { StaleColumn(column: finding.column ?? "", reason: $0) }
      }
      let migration = policies.migration(for: judgement, verdict)
      checked.outcome = migration != nil && !policies.requiresApproval ? .autoMigrate : .stop
      checked.order = checked.outcome == .autoMigrate ? .any : try order(verdict.fix, judgement, old)
      if migration != nil, policies.requiresApproval {
        checked.notes.append("It would wait as pending_approval; 'pgsyncd schema approve' runs the fix.")
      }
    } else if !verdict.staleColumns.isEmpty {
      checked.outcome = .needsBackfill
    }
    return checked
  }

  /// Runs the fix on the copy of the target, looks whether the source as it is *before* the migration fits then, and
  /// whether the one after it does, and takes the fix back.
  private func order(
    _ fix: [String], _ judgement: Judgement, _ old: TableSchema
  ) throws(PostgresError) -> CheckedTable.Order {
    guard !fix.isEmpty else { return .unknown }
    let target = scratch.target
    try target.execute("BEGIN")
    do {
      for statement in fix { try target.execute(statement) }
      var after = judgement
      try after.lookUpTarget(on: target)
      var before = Judgement(source: old, target: nil, baseline: old, policy: judgement.policy)
      try before.lookUpTarget(on: target)
      try target.execute("ROLLBACK")
      // A stop for rows that differ stays one whatever is run on the target.
      guard after.verdict().outcome != .blocked else { return .unknown }
      return before.verdict().outcome == .blocked ? .sourceFirst : .targetFirst
    } catch {
      guard !error.endsConnection else { throw error }
      try target.execute("ROLLBACK")
      return .unknown
    }
  }

  private static func notes(
    on new: TableSchema, since old: TableSchema, _ table: ComparedTable
  ) -> [String] {
    var notes = new.columns.filter { column in
      old.column(numbered: column.attributeNumber) == nil && column.isNotNull && column.defaultExpression == nil
        && column.identity == nil && column.generated == nil
    }.map { "The migration itself fails if the table has rows: '\($0.name)' is NOT NULL and has no default." }
    if table.record?.state == .stopped { notes.append("The table is stopped already, for another reason.") }
    return notes
  }
}
