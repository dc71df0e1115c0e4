import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

/// Judges a stopped table again: may its parked changes be applied to the target as it is now?
///
/// What counts is the shape under which the first parked change stands. If a later one does not fit, the table stops
/// again exactly there. If nothing is parked, the source's catalog says what will come.
public struct ResumeJudgement {
  /// What came of it.
  public enum Outcome: Sendable {
    /// It may go on.
    case mayResume(CompatibilityVerdict)
    /// It must stay stopped.
    case blocked(CompatibilityVerdict)
    /// Nothing is parked and the source could not be asked, so nothing is known of what will come.
    case sourceUnknown
  }

  /// A connection to the target.
  private let target: PostgresConnection
  private let pipeline: String
  private let policy: DriftPolicy
  private let isBackfillRequested: Bool
  /// The table as the source has it now; nil if the source could not be asked or has it no more.
  private let sourceTable: (OID) -> TableSchema?

  /// - Parameters:
  ///   - target: a connection to the target, which also holds the catalog.
  ///   - isBackfillRequested: the affected columns are read again from the source before the table streams.
  ///   - sourceTable: reads a table from the source's catalog; nil if that is not possible.
  public init(
    target: PostgresConnection, pipeline: String, policy: DriftPolicy, isBackfillRequested: Bool = false,
    sourceTable: @escaping (OID) -> TableSchema?
  ) {
    self.target = target
    self.pipeline = pipeline
    self.policy = policy
    self.isBackfillRequested = isBackfillRequested
    self.sourceTable = sourceTable
  }

  /// What speaks against the values of the first parked row, under a policy that looks at values: it would stop the table
  /// again at once.
  private func findings(
    on row: TupleBytes, _ judgement: Judgement, _ verdict: CompatibilityVerdict
  ) throws -> [Finding] {
    var stricter = judgement
    stricter.policy.validation = .strict
    let watch = ValueWatch(verdict)
    if watch.firstValue(in: row) != nil {
      stricter.policy.sourceAddedColumns = .stop
      return stricter.verdict().findings.filter { $0.severity == .blocked && $0.reason == .sourceAddedColumn }
    }
    var columns = row.columns
    var ordinal = 0
    while let column = columns.next() {
      defer { ordinal += 1 }
      guard watch.exact.contains(ordinal), column.kind != TupleColumn.null, column.kind != TupleColumn.unchanged,
        let mapping = verdict.columns.first(where: { $0.ordinal == ordinal }),
        let type = judgement.target?.column(named: mapping.target)?.type.withoutDomains,
        try isChanged(String(decoding: column.value, as: UTF8.self), mapping, type)
      else { continue }
      stricter.inexactColumns.insert(mapping.source)
    }
    guard !stricter.inexactColumns.isEmpty else { return [] }
    return stricter.verdict().findings.filter { finding in
      finding.severity == .blocked && stricter.inexactColumns.contains(finding.column ?? "")
    }
  }

  private func isChanged(_ value: String, _ mapping: ColumnMapping, _ type: TypeReference) throws(PostgresError) -> Bool
  {
    do throws(PostgresError) {
      let sql = "SELECT " + mapping.isChanged("$1::text", as: type)
      return try target.query(sql, [value], label: "trying a value")[0, 0] == "t"
    } catch {
      // Data exceptions and violated constraints are about the value.
      guard ["22", "23"].contains(error.sqlState?.conditionClass) else { throw error }
      return true
    }
  }

  /// Judges one table.
  public func judge(_ record: TableRecord) throws(SyncError) -> Outcome {
    guard let judgement = try judgement(on: record) else { return .sourceUnknown }
    let verdict = judgement.verdict()
    guard verdict.outcome != .blocked else { return .blocked(verdict) }
    let refused = try findings(onFirstRowOf: record, judgement, verdict)
    guard !refused.isEmpty else { return .mayResume(verdict) }
    var blocked = verdict
    blocked.outcome = .blocked
    blocked.findings = refused
    return .blocked(blocked)
  }

  private func findings(
    onFirstRowOf record: TableRecord, _ judgement: Judgement, _ verdict: CompatibilityVerdict
  ) throws(SyncError) -> [Finding] {
    let chunks = ParkedChunks(connection: target, pipeline: pipeline, table: record.sourceOID)
    do { return try chunks.withFirstRow { try findings(on: $0, judgement, verdict) } ?? [] } catch {
      if let error = error as? PostgresError { throw .postgres(error, during: "judging \(record.name)") }
      throw .catalog("the parked changes of \(record.name) cannot be read: \(error)")
    }
  }

  /// The migration that the operator lets pgsyncd carry out for the table; nil if there is none.
  func migration(_ record: TableRecord, by policy: MigrationPolicy) throws(SyncError) -> AutomaticMigration? {
    guard policy.isOn, let judgement = try judgement(on: record) else { return nil }
    return policy.migration(for: judgement, judgement.verdict())
  }

  /// True if the two sides fit without anything that the operator allows.
  func isFixed(_ record: TableRecord) throws(SyncError) -> Bool {
    guard var judgement = try judgement(on: record) else { return false }
    judgement.policy = DriftPolicy(timezone: judgement.policy.timezone)
    return judgement.verdict().outcome != .blocked
  }

  /// What a judgement of the table is made of; nil if nothing is known of what will come.
  public func judgement(on record: TableRecord) throws(SyncError) -> Judgement? {
    do {
      let chunks = ParkedChunks(connection: target, pipeline: pipeline, table: record.sourceOID)
      let catalog = sourceTable(record.sourceOID)
      let source: TableSchema
      var current: TableSchema?
      if let (message, typeNames) = try chunks.firstShape() {
        let shape = try RelationShape(message: message)
        source = TableSchema(
          shape: shape,
          types: { oid in typeNames[oid].map { .announced(oid: oid, namespace: $0.schema, name: $0.name) } },
          catalog: catalog, baseline: record.sourceSchema)
        current = catalog.flatMap { $0.sends(exactly: shape) && $0.name == shape.name ? nil : $0 }
      } else if let catalog {
        source = catalog
      } else {
        return nil
      }
      var judgement = Judgement(
        source: source, target: nil, baseline: record.sourceSchema, current: current, policy: policy,
        acceptedTarget: record.targetSchema,
        isBackfillRequested: isBackfillRequested || !record.backfillColumns.isEmpty)
      try judgement.lookUpTarget(on: target)
      return judgement
    } catch let error as PostgresError {
      throw .postgres(error, during: "judging \(record.name)")
    } catch {
      throw .catalog("the parked changes of \(record.name) cannot be read: \(error)")
    }
  }
}
