import LibPQ
import PostgresTypes
import SchemaDrift

/// Prepares a pipeline: looks at both servers, compares every table, and, if nothing stands in the way, creates the
/// catalog and the publication and stores what was found.
///
/// ``plan()`` only reads. It collects all problems instead of stopping at the first. ``carryOut(_:)`` writes: everything
/// in the target in one transaction, and the publication on the source just before it commits, so that a failure on
/// either side leaves nothing behind. Doing it again changes nothing but what has changed since.
public struct PipelineSetup {
  let options: PipelineOptions
  /// A session on the source.
  public let source: PostgresConnection
  /// A session on the target.
  public let target: PostgresConnection

  /// Works over connections that the caller owns.
  public init(options: PipelineOptions, source: PostgresConnection, target: PostgresConnection) {
    self.options = options
    self.source = source
    self.target = target
  }

  /// Connects to both servers; what is wrong with either is told of both.
  public static func connecting(_ options: PipelineOptions) throws(SetupError) -> PipelineSetup {
    var problems: [SetupProblem] = []
    func connect(_ settings: ConnectionSettings, _ side: SetupProblem.Place) -> PostgresConnection? {
      do throws(PostgresError) {
        return try PostgresConnection(settings, applicationName: "pgsyncd \(options.pipeline) setup")
      } catch {
        problems.append(
          SetupProblem(
            error.kind == .usage ? .usage : .failure, "The \(side.rawValue) cannot be reached: \(error)", on: side))
        return nil
      }
    }
    let source = connect(options.source, .source)
    let target = connect(options.target, .target)
    guard let source, let target else {
      source?.close()
      target?.close()
      throw .refused(problems)
    }
    return PipelineSetup(options: options, source: source, target: target)
  }

  /// Ends both sessions.
  public func close() {
    source.close()
    target.close()
  }

  var catalog: PipelineCatalog { PipelineCatalog(target, pipeline: options.pipeline) }

  /// Looks at everything and writes nothing.
  public func plan() throws(SetupError) -> SetupPlan {
    do {
      return try look()
    } catch let error as PostgresError {
      throw .postgres(error, during: "looking at the two servers")
    } catch let error as CatalogError {
      throw .catalog(error)
    } catch {
      preconditionFailure("nothing else is thrown here: \(error)")
    }
  }

  private func look() throws -> SetupPlan {
    let sourceFacts = try ServerFacts(source)
    let targetFacts = try ServerFacts(target)
    let catalogPreflight = try CatalogPreflight(catalog, targetFacts)
    let access = ReplicationAccess(
      options.source, applicationName: "pgsyncd \(options.pipeline) setup", role: sourceFacts.role)
    var problems =
      ServerPreflight(
        source: sourceFacts, target: targetFacts, hasSlot: try SlotState.find(options.slot, source) != nil
      )
      .problems + catalogPreflight.problems + access.problems
    var plan = SetupPlan(
      pipeline: newRecord(sourceFacts, access.identity), isUnderWay: false,
      createsCatalog: catalogPreflight.state?.isCurrent != true, publication: nil, tables: [], problems: [],
      actsAsReplica: targetFacts.maySetReplicationRole)
    var patterns = options.patterns
    var baselines: [OID: TableRecord] = [:]
    var stored: [OID: PolicyOverrides] = [:]
    if case .version? = catalogPreflight.state, catalogPreflight.problems.isEmpty,
      let record = try catalog.pipelineRecord()
    {
      problems += Self.identityProblems(record, plan.pipeline)
      if record.phase != .setUp {
        problems += StoredChoice(record: record).conflicts(
          publication: options.publication, slot: options.slot, patterns: patterns)
        plan.isUnderWay = true
        for table in try catalog.tables() { baselines[table.sourceOID] = table }
      }
      if record.phase != .setUp || !options.storesOverrides {
        for table in try catalog.tables() { stored[table.sourceOID] = table.overrides }
      }
      if patterns == nil, record.hasPatterns {
        patterns = record.patterns
        if patterns == nil {
          problems.append(SetupProblem(.failure, "The stored choice of tables is damaged", on: .target))
        }
      }
      plan.pipeline.phase = record.phase
      plan.pipeline.addsTables = record.addsTables
      plan.pipeline.createdAt = record.createdAt
      if options.patterns == nil || record.phase != .setUp {
        plan.pipeline.includeTables = record.includeTables
        plan.pipeline.excludeTables = record.excludeTables
      }
    }
    // With the same database on both sides, or no way to replicate, the tables say nothing more.
    if !problems.contains(where: { $0.kind == .usage }) {
      try addTables(&plan, &problems, patterns, baselines, stored, sourceFacts, targetFacts)
    }
    plan.problems = problems.sorted { $0.kind.weight > $1.kind.weight }
    return plan
  }

  private func addTables(
    _ plan: inout SetupPlan, _ problems: inout [SetupProblem], _ patterns: TablePatterns?,
    _ baselines: [OID: TableRecord], _ stored: [OID: PolicyOverrides], _ sourceFacts: ServerFacts,
    _ targetFacts: ServerFacts
  ) throws(PostgresError) {
    let inventory: SourceInventory
    do throws(TableSelectionError) {
      inventory = try SourceInventory(source, patterns: patterns, publicationName: options.publication)
    } catch {
      switch error {
      case .postgres(let error): throw error
      case .pattern(let error):
        problems.append(SetupProblem(.usage, error.description, on: .command))
        return
      }
    }
    problems += inventory.problems
    // A publication that was found holds what somebody has chosen, unless the patterns say more.
    if inventory.publication == nil || patterns != nil { plan.pipeline.addsTables = true }
    if inventory.tables.isEmpty {
      problems.append(
        SetupProblem(
          .failure, "The source has no table to replicate", on: .source,
          advice: inventory.publication == nil
            ? "Create the tables first, or look at --tables."
            : "The publication \(SQLIdentifier.quoted(options.publication)) is empty."))
      return
    }
    let targets = try TableIntrospector(target).tables(named: inventory.tables.map(\.name))
    problems += try TablePreflight(
      source: source, target: target, sourceFacts: sourceFacts, targetFacts: targetFacts
    ).problems(
      inventory.tables, targets, createsPublication: inventory.publication == nil ? options.publication : nil)
    plan.tables = judged(inventory.tables, targets, baselines, stored)
    plan.publication =
      inventory.publication == nil
      ? .create(options.publication, statement: Publication.creation(options.publication, inventory.tables))
      : .use(options.publication)
  }

  private func judged(
    _ sources: [TableSchema], _ targets: [TableSchema], _ baselines: [OID: TableRecord],
    _ stored: [OID: PolicyOverrides]
  ) -> [PlannedTable] {
    let byName = Dictionary(targets.map { (NameKey($0.name.sql), $0) }, uniquingKeysWith: { first, _ in first })
    return sources.map { source in
      let target = byName[NameKey(source.name.sql)]
      let given = options.storesOverrides ? options.policies.flags.overrides(for: source.name) : .none
      let overrides = given.over(stored[source.oid] ?? .none)
      return PlannedTable(
        source: source, target: target,
        verdict: Judgement(
          source: source, target: target, baseline: baselines[source.oid]?.sourceSchema,
          policy: options.policies.policy(for: source.name, stored: overrides),
          acceptedTarget: baselines[source.oid]?.targetSchema
        ).verdict(), overrides: overrides)
    }
  }

  private func newRecord(_ facts: ServerFacts, _ identity: SystemIdentity?) -> PipelineRecord {
    let patterns = options.patterns ?? .everything
    return PipelineRecord(
      pipeline: options.pipeline, publication: options.publication, slot: options.slot,
      includeTables: patterns.include.map(\.description), excludeTables: patterns.exclude.map(\.description),
      sourceSystemID: facts.systemID, sourceTimeline: Int32(identity?.timeline ?? 1),
      sourceDatabase: facts.database)
  }

  /// A pipeline follows one source for ever.
  private static func identityProblems(_ stored: PipelineRecord, _ found: PipelineRecord) -> [SetupProblem] {
    if stored.sourceSystemID == found.sourceSystemID, stored.sourceDatabase == found.sourceDatabase { return [] }
    return [
      SetupProblem(
        .failure,
        "The pipeline \(stored.pipeline) follows the database \(SQLIdentifier.quoted(stored.sourceDatabase)) of the "
          + "cluster \(stored.sourceSystemID), and --source is \(SQLIdentifier.quoted(found.sourceDatabase)) of the "
          + "cluster \(found.sourceSystemID)",
        why: "Positions in one log mean nothing in another", on: .command,
        advice: "Point --source at the right server, use another --pipeline, or remove this one (pgsyncd teardown).")
    ]
  }
}

extension SetupProblem.Kind {
  /// Gravest first.
  fileprivate var weight: Int {
    switch self {
    case .usage: 4
    case .failure: 3
    case .blocked: 2
    case .warning: 1
    case .note: 0
    }
  }
}
