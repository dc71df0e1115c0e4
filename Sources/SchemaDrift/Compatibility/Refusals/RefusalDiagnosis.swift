import PostgresTypes

/// Why the target refused a change that the source has accepted, and what to do: told by the condition's code and by what
/// the two sides' tables have.
struct RefusalDiagnosis {
  /// The cause in one sentence.
  var cause: String
  /// What to do, in one sentence.
  var resolution: String
  /// The statements that remove the cause, if they are known.
  var fix: [String] = []
  /// What else can be done.
  var alternatives: [Finding.Action] = []

  /// - Parameters:
  ///   - source: the source's table as it is now; nil if it could not be read.
  ///   - target: the target's table as it is now; nil if there is none.
  init(_ refusal: Refusal, source: TableSchema?, target: TableSchema?, types: TypeCreation) {
    let scene = Scene(refusal: refusal, source: source, target: target, types: types)
    self =
      switch refusal.sqlState?.rawValue ?? "" {
      case "23505": scene.uniqueViolation
      case "23502": scene.notNullViolation
      case "23514": scene.checkViolation
      case "23503": scene.foreignKeyViolation
      case "23P01": scene.exclusionViolation
      case "22P02", "22007", "22P03", "2200N": scene.unreadableValue
      case "22003", "22008": scene.outOfRange
      case "22001": scene.tooLong
      case "22021", "22P05": scene.encoding
      case "42501": scene.privilege
      case "42703": scene.undefinedColumn
      case "42P01": scene.undefinedTable
      case "42804", "42846", "42883": scene.typeMismatch
      case "428C9", "42611": scene.generated
      case "55P03": scene.locked
      case "40P01", "40001": scene.conflict
      case "54000", "54001", "54011", "54023": scene.limit
      case "0A000": scene.unsupported
      default: scene.other
      }
  }

  fileprivate init(
    _ cause: String, _ resolution: String, fix: [String] = [], alternatives: [Finding.Action] = []
  ) {
    self.cause = cause
    self.resolution = resolution
    self.fix = fix
    self.alternatives = alternatives
  }
}

/// The refusal and the two tables, with an answer a condition.
private struct Scene {
  let refusal: Refusal
  let source: TableSchema?
  let target: TableSchema?
  let types: TypeCreation

  private var alter: String { "ALTER TABLE \((refusal.table ?? target?.name)?.sql ?? "…") " }
  private var constraint: String { refusal.constraint.map(DisplayName.quoted) ?? "of the target" }
  private var column: String { refusal.column.map(DisplayName.quoted) ?? "a column" }

  // MARK: Integrity (class 23)

  var uniqueViolation: RefusalDiagnosis {
    let key = target?.keys.first { $0.name.isSameName(as: refusal.constraint ?? "") }
    let hasSource = source?.catalogCompleteness == .catalog
    guard let key, let source, let target, hasSource, !source.guarantees(key) else {
      return RefusalDiagnosis(
        "Another row of the target has the same values in unique key \(constraint)",
        "Remove the row that is in the way on the target; the source does not have it")
    }
    return RefusalDiagnosis(
      "Unique key \(constraint) of the target is not on the source, so the source has rows that it refuses",
      "Drop the unique key on the target, or create it on the source", fix: [target.drop(key)])
  }

  var notNullViolation: RefusalDiagnosis {
    if let domain = refusal.dataType {
      return RefusalDiagnosis(
        "Domain \(DisplayName.table(domain)) of the target refuses NULL", "Drop NOT NULL of the domain on the target",
        fix: ["ALTER DOMAIN \(domain.sql) DROP NOT NULL;"])
    }
    let own = refusal.column.flatMap { source?.column(named: $0) }
    guard let name = refusal.column, own?.isNotNull != true else {
      return RefusalDiagnosis(
        "Column \(column) is NOT NULL on the target", "Give the column a value on the source, or drop NOT NULL")
    }
    if source != nil, own == nil {
      return RefusalDiagnosis(
        "Column \(column) is the target's own, NOT NULL, and nothing gives it a value",
        "Drop NOT NULL on the target, or give the column a DEFAULT",
        fix: [alter + "ALTER COLUMN \(SQLIdentifier.quoted(name)) DROP NOT NULL;"])
    }
    return RefusalDiagnosis(
      "Column \(column) is NOT NULL on the target and nullable on the source", "Drop NOT NULL on the target",
      fix: [alter + "ALTER COLUMN \(SQLIdentifier.quoted(name)) DROP NOT NULL;"])
  }

  var checkViolation: RefusalDiagnosis {
    if let domain = refusal.dataType, let name = refusal.constraint { return domainCheck(domain, name) }
    guard let name = refusal.constraint else { return missingPartition }
    let isKnown = source?.catalogCompleteness == .catalog
    let isShared = source?.constraints.contains { $0.name.isSameName(as: name) } == true
    guard isKnown, !isShared else {
      return RefusalDiagnosis(
        "Check constraint \(constraint) of the target refuses the row",
        "Make the check on the target what it is on the source")
    }
    return RefusalDiagnosis(
      "Check constraint \(constraint) of the target is not on the source, so the source has rows that it refuses",
      "Drop the check on the target, or create it on the source",
      fix: [alter + "DROP CONSTRAINT \(SQLIdentifier.quoted(name));"])
  }

  private func domainCheck(_ domain: QualifiedName, _ name: String) -> RefusalDiagnosis {
    let others = source?.columns.compactMap { $0.type.domain(named: domain) } ?? []
    let isShared = others.contains { $0.details?.checkNames.contains { $0.isSameName(as: name) } == true }
    let quoted = SQLIdentifier.quoted(name)
    guard isShared else {
      return RefusalDiagnosis(
        "Check \(constraint) of domain \(DisplayName.table(domain)) is not on the source",
        "Drop the check of the domain on the target",
        fix: ["ALTER DOMAIN \(domain.sql) DROP CONSTRAINT \(quoted);"])
    }
    var fix: [String] = []
    if let other = others.first, case .domain(_, _, let checks) = other.definition,
      let index = other.details?.checkNames.firstIndex(where: { $0.isSameName(as: name) }), index < checks.count
    {
      fix = [
        "ALTER DOMAIN \(domain.sql) DROP CONSTRAINT IF EXISTS \(quoted);",
        "ALTER DOMAIN \(domain.sql) ADD CONSTRAINT \(quoted) \(checks[index]);",
      ]
    }
    return RefusalDiagnosis(
      "Check \(constraint) of domain \(DisplayName.table(domain)) is another one on the source",
      "Make the check of the domain what it is on the source", fix: fix)
  }

  /// A row that no partition takes has no constraint to name.
  private var missingPartition: RefusalDiagnosis {
    let present = Set(target?.partitions.map { NameKey($0.name.sql) } ?? [])
    let missing = source?.partitions.filter { !present.contains(NameKey($0.name.sql)) } ?? []
    guard target?.kind == .partitioned, !missing.isEmpty else {
      return RefusalDiagnosis(
        "No partition of the target takes the row", "Create a partition on the target that takes the row")
    }
    let names = missing.map { DisplayName.table($0.name) }.joined(separator: ", ")
    return RefusalDiagnosis(
      "No partition of the target takes the row; the source has partitions that the target lacks: \(names)",
      "Create the partitions on the target", fix: missing.map(\.creation))
  }

  var foreignKeyViolation: RefusalDiagnosis {
    let key = target?.foreignKeys.first { $0.name.isSameName(as: refusal.constraint ?? "") }
    let referenced = key.map { " in \(DisplayName.table($0.referencedTable))" } ?? ""
    let isShared = source?.foreignKeys.contains { $0.name.isSameName(as: refusal.constraint ?? "") } == true
    let isKnown = source?.catalogCompleteness == .catalog && key != nil
    let drop = alter + "DROP CONSTRAINT \(SQLIdentifier.quoted(refusal.constraint ?? ""));"
    return RefusalDiagnosis(
      "Foreign key \(constraint) of the target finds no row to refer to\(referenced), or one that still refers",
      isKnown && !isShared
        ? "Drop the foreign key on the target, or create it on the source"
        : "Bring the other table's rows first; with session_replication_role = replica foreign keys do not act",
      fix: isKnown && !isShared ? [drop] : [],
      alternatives: [
        Finding.Action(
          "Or let foreign keys rest while pgsyncd writes (PostgreSQL 15 and later; then start the service again)",
          commands: [
            "GRANT SET ON PARAMETER session_replication_role TO \(refusal.role.map(SQLIdentifier.quoted) ?? "…");"
          ])
      ])
  }

  var exclusionViolation: RefusalDiagnosis {
    let name = refusal.constraint ?? ""
    let isShared = source?.constraints.contains { $0.name.isSameName(as: name) } == true
    let isKnown = source?.catalogCompleteness == .catalog && !name.isEmpty
    return RefusalDiagnosis(
      "Exclusion constraint \(constraint) of the target refuses the row beside another one",
      isKnown && !isShared
        ? "Drop the constraint on the target, or create it on the source"
        : "Remove the row that is in the way on the target; the source does not have it",
      fix: isKnown && !isShared ? [alter + "DROP CONSTRAINT \(SQLIdentifier.quoted(name));"] : [])
  }

  // MARK: Data (class 22)

  var unreadableValue: RefusalDiagnosis {
    RefusalDiagnosis(
      "The target's type cannot read the value as the source writes it",
      "Compare the column's type on both sides (pgsyncd schema diff), and give the target the source's")
  }

  var outOfRange: RefusalDiagnosis {
    RefusalDiagnosis(
      "The value is out of the range of the target's type",
      "Give the column on the target the type that it has on the source")
  }

  var tooLong: RefusalDiagnosis {
    RefusalDiagnosis(
      "The value is longer than the target's column takes",
      "Give the column on the target the length that it has on the source")
  }

  var encoding: RefusalDiagnosis {
    RefusalDiagnosis(
      "The value has a character that the encoding of the target's database does not have",
      "Use a target database in UTF8, or change the value on the source")
  }

  // MARK: Statements (class 42) and the rest

  var privilege: RefusalDiagnosis {
    let role = refusal.role.map(SQLIdentifier.quoted) ?? "…"
    let table = (target?.name ?? refusal.table)?.sql ?? "…"
    let schema = (target?.name ?? refusal.table).map { SQLIdentifier.quoted($0.schema) } ?? "…"
    return RefusalDiagnosis(
      "The role that writes lacks a privilege on the target", "Grant the privilege on the target",
      fix: [
        "GRANT USAGE ON SCHEMA \(schema) TO \(role);",
        "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON \(table) TO \(role);",
      ])
  }

  var undefinedColumn: RefusalDiagnosis {
    RefusalDiagnosis(
      "A column is gone from the target, or a trigger of the target asks for one that is not there",
      "Add the column to the target again, or mend the trigger")
  }

  var undefinedTable: RefusalDiagnosis {
    RefusalDiagnosis(
      "The table is gone from the target, or a trigger of the target asks for one that is not there",
      "Create the table again and copy it (resync), or mend the trigger")
  }

  var typeMismatch: RefusalDiagnosis {
    RefusalDiagnosis(
      "The target has no way from the source's type to its own",
      "Give the column on the target the type that it has on the source")
  }

  var generated: RefusalDiagnosis {
    RefusalDiagnosis(
      "The target generates the column and refuses values for it",
      "Make it a plain column on the target, or leave it out with --skip-columns")
  }

  var locked: RefusalDiagnosis {
    RefusalDiagnosis(
      "Another session of the target holds a lock on the table, longer than lock_timeout, in every attempt",
      "Let the other session end its transaction",
      alternatives: [
        Finding.Action(
          "Who holds it",
          commands: [
            "SELECT l.pid, l.mode, a.application_name, a.xact_start FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
              + "WHERE l.granted AND l.relation = \(SQLLiteral.afterSpace((target?.name)?.sql ?? ""))::regclass;"
          ])
      ])
  }

  var conflict: RefusalDiagnosis {
    RefusalDiagnosis(
      "Other sessions of the target stood in the way in every attempt (deadlock or serialization failure)",
      "Keep other writers off the table on the target")
  }

  var limit: RefusalDiagnosis {
    RefusalDiagnosis(
      "The row is larger than the target takes (a page, an index entry, the number of columns)",
      "Drop the index that cannot take the value on the target, or use the source's definition")
  }

  var unsupported: RefusalDiagnosis {
    RefusalDiagnosis(
      "The target does not do this with the table", "Look at what the table is on both sides (pgsyncd schema diff)")
  }

  var other: RefusalDiagnosis {
    RefusalDiagnosis(
      refusal.sqlState?.conditionClass == "P0"
        ? "A trigger of the target refuses the change" : "The target refuses the change",
      refusal.sqlState?.conditionClass == "P0"
        ? "Disable the trigger on the target, or let it rest under session_replication_role = replica"
        : "Remove the cause on the target")
  }
}

extension TypeReference {
  /// The domain of that name inside this type.
  fileprivate func domain(named name: QualifiedName) -> TypeReference? {
    switch definition {
    case .domain(let base, _, _): self.name.isSameName(as: name) ? self : base.domain(named: name)
    case .array(let element): element.domain(named: name)
    case .composite(let attributes): attributes.lazy.compactMap { $0.type.domain(named: name) }.first
    default: nil
    }
  }
}
