import PostgresTypes

/// What all findings of one judgement share: names as they are shown, and what the fixes are built from.
struct FindingContext {
  /// The table by the name it has on the source now.
  let table: QualifiedName
  /// The table that the statements name.
  let targetTable: QualifiedName
  /// What the operator allows.
  let policy: DriftPolicy
  /// What the target may lack.
  let types: TypeCreation
  /// True if the source's rows were rewritten since the table was accepted; nil if that cannot be told.
  let isSourceRewritten: Bool?
  /// True if the table was accepted before, so that rows may exist on both sides.
  let hasBaseline: Bool
  private let targetColumns: ColumnIndex
  /// The views of the target that use columns of the table.
  private let views: [DependentView]
  /// The names that the source's columns have, in the shape that is judged and by now.
  private let sourceNames: Set<NameKey>

  init(_ judgement: Judgement, target: TableSchema?) {
    table = judgement.effectiveName
    targetTable = target?.name ?? judgement.effectiveName
    policy = judgement.policy
    types = TypeCreation(target: target, targetTypes: judgement.targetTypes, targetVersion: judgement.targetVersion)
    hasBaseline = judgement.baseline != nil
    views = target?.dependentViews ?? []
    targetColumns = ColumnIndex(target)
    sourceNames = Set(
      (judgement.source.columns + (judgement.current?.columns ?? [])).map { NameKey($0.name) })
    let now = judgement.current ?? judgement.source
    let before = judgement.baseline.flatMap { $0.oid == now.oid ? $0.relationFileNode : nil } ?? 0
    let partitions = judgement.baseline.map { PartitionChange(from: $0, to: now) }
    if now.kind == .partitioned, now.catalogCompleteness == .catalog, let partitions {
      isSourceRewritten = !partitions.rewritten.isEmpty
    } else {
      isSourceRewritten =
        before == 0 || now.relationFileNode == 0 || now.catalogCompleteness == .wire
        ? nil : before != now.relationFileNode
    }
  }

  // MARK: Texts

  /// `[ERROR] Schema mismatch on public.users`
  func mismatch(_ severity: FindingSeverity = .blocked) -> String {
    switch severity {
    case .blocked: "\(severity.mark) Schema mismatch on \(DisplayName.table(table))"
    case .warning, .info: difference(severity)
    }
  }

  /// `[WARN] Schema difference on public.users`
  func difference(_ severity: FindingSeverity) -> String {
    "\(severity.mark) Schema difference on \(DisplayName.table(table))"
  }

  /// `public.users.phone`, as it stands in messages.
  func column(_ name: String) -> String { DisplayName.column(name, of: table) }

  // MARK: Commands

  /// `pgsyncd resume --table public.users`, with what follows.
  func resume(_ flags: String...) -> String {
    (["pgsyncd resume --table \(DisplayName.shellWord(table.sql))"] + flags).joined(separator: " ")
  }

  /// `--skip-columns=public.users.phone`
  func flag(_ name: String, column: String) -> String {
    "--\(name)=" + DisplayName.shellWord(table.sql + "." + SQLIdentifier.quoted(column))
  }

  /// `pgsyncd resync --table public.users`
  var resync: String { "pgsyncd resync --table \(DisplayName.shellWord(table.sql))" }

  /// `pgsyncd verify --table public.users --repair`
  var verify: String { "pgsyncd verify --table \(DisplayName.shellWord(table.sql)) --repair" }

  /// What reads the affected columns again.
  var backfillActions: [Finding.Action] {
    [
      Finding.Action(
        "Rows that exist already: read the affected columns again from the source",
        commands: [resume("--backfill")]),
      Finding.Action("Or copy the whole table anew", commands: [resync]),
    ]
  }

  /// `ALTER TABLE public.users`
  var alterTable: String { "ALTER TABLE \(targetTable.sql)" }

  /// Drops a column of the target. Where another column takes its name, a second run leaves that one alone.
  func drop(_ column: ColumnSchema) -> String {
    let statement = "\(alterTable) DROP COLUMN \(SQLIdentifier.quoted(column.name))"
    return sourceNames.contains(NameKey(column.name))
      ? GuardedStatement.whileColumn(column, of: targetTable, statement) : statement + ";"
  }

  /// The views of the target that use a column of it, which a fix may know by its name to come.
  func views(using column: ColumnSchema) -> [DependentView] {
    let name = targetColumns.numbered(column.attributeNumber)?.name ?? column.name
    return views.filter { $0.columns.contains { $0.isSameName(as: name) } }
  }
}
