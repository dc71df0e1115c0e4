import LibPQ
import LogicalReplication
import PGOutput
import PostgresTypes
import SchemaDrift

/// Judges a shape of the stream against the target, at the moment when its first tuple is about to be applied.
///
/// A shape that was accepted before needs no more than what is in memory. Another one is held against the target's
/// catalog as it is now, and against the source's if that answers in time: the wire says what the shape is, the source's
/// catalog can only explain it (a rename, a default) and may be ahead of the stream.
final class ShapeJudge {
  /// What is known of a table between its shapes.
  struct Knowledge {
    /// The source's table as it was last accepted.
    var baseline: TableSchema
    /// The RELATION message that was last accepted.
    var acceptedShape: [UInt8]?
    /// The target's table, as far as it is known to be current.
    var target: TableSchema?
    /// The target's table when the source's was last accepted.
    var acceptedTarget: TableSchema?
    /// What `resume` has stored for the table.
    var overrides: PolicyOverrides
    /// True if columns of the table are read again from the source before it streams: one that was replaced is all right.
    var isBackfilled = false
    /// What is lost by the leave that was stored last.
    var acceptedLosses: [String]

    /// What is known of a table that has just been accepted.
    init(
      baseline: TableSchema, acceptedShape: [UInt8]?, target: TableSchema?, acceptedTarget: TableSchema?,
      overrides: PolicyOverrides, acceptedLosses: [String] = []
    ) {
      self.baseline = baseline
      self.acceptedShape = acceptedShape
      self.target = target
      self.acceptedTarget = acceptedTarget
      self.overrides = overrides
      self.acceptedLosses = acceptedLosses
    }

    /// What the catalog knows of a table; the target's has to be read when it is needed.
    init(_ record: TableRecord) {
      self.init(
        baseline: record.sourceSchema, acceptedShape: record.wireShape, target: nil,
        acceptedTarget: record.targetSchema, overrides: record.overrides,
        acceptedLosses: record.acceptedLosses)
      isBackfilled = !record.backfillColumns.isEmpty
    }
  }

  /// A judged shape.
  struct Outcome {
    /// What RELATION said.
    var shape: RelationShape
    /// What the verdict was made of.
    var judgement: Judgement
    /// The verdict on it.
    var verdict: CompatibilityVerdict
    /// The source's table under this shape.
    var source: TableSchema
    /// The target's table.
    var target: TableSchema?
    /// The target's table as it is kept to tell its columns later on: by their numbers, each under the name that it has on
    /// the source. While parked changes of an older shape are applied the target's names may be newer ones already.
    var acceptedTarget: TableSchema? {
      guard var table = target, verdict.columns.contains(where: { $0.source != $0.target }) else { return target }
      let names = Dictionary(verdict.columns.map { ($0.target, $0.source) }, uniquingKeysWith: { first, _ in first })
      for index in table.columns.indices {
        table.columns[index].name = names[table.columns[index].name] ?? table.columns[index].name
      }
      return table
    }
    /// True if the shape is another one than the accepted, so that accepting it has to be stored.
    var isNew: Bool
    /// True if the target's table is not the one that was accepted before: its rows are not known to be those.
    var hasOtherTarget = false
  }

  private let context: PipelineContext
  private let publication: String
  private let sourceSettings: ConnectionSettings
  private let applicationName: String
  private let interruption: WaitInterruption
  private let tell: (PipelineEvent) -> Void
  private var sourceConnection: PostgresConnection?
  private var knowledge: [OID: Knowledge] = [:]
  /// What was known at the last commit.
  private var settledKnowledge: [OID: Knowledge] = [:]
  private var nextPlan = 0

  /// - Parameter role: what its connection to the source is called.
  init(_ context: PipelineContext, role: String) {
    self.context = context
    publication = context.options.publication
    sourceSettings = context.options.source
    applicationName = context.applicationName(role)
    interruption = context.interruption
    tell = context.tell
  }

  /// What the operator allows now.
  var policies: PolicyBook { context.policies }

  /// Access to what is known of a table.
  subscript(table: OID) -> Knowledge? {
    get { knowledge[table] }
    set { knowledge[table] = newValue }
  }

  /// Makes the next judgement of this table read the target's catalog anew.
  func forgetTarget(of table: OID) { knowledge[table]?.target = nil }

  /// Keeps what was learned: it is committed.
  func settle() { settledKnowledge = knowledge }

  /// Forgets what was learned since the last commit: it did not happen.
  func abandon() { knowledge = settledKnowledge }

  /// What may be repeated on the target without an operator, for a shape that is blocked.
  func migration(for outcome: Outcome) -> AutomaticMigration? {
    migrationPolicy.migration(for: outcome.judgement, outcome.verdict)
  }

  /// Which drift is carried out on the target by itself.
  var migrationPolicy: MigrationPolicy { context.migration }

  /// Judges a shape, and tells those who count that it did.
  ///
  /// - Parameters:
  ///   - message: the RELATION message.
  ///   - typeNames: what Type messages said of this session's types.
  ///   - transaction: the one whose tuple stands under the shape.
  ///   - adjusting: changes this judgement, such as the policy, before it is made.
  ///   - target: a connection to the target, outside of any pipeline when it is asked for.
  func judge(
    _ message: [UInt8], typeNames: [OID: QualifiedName], in transaction: TransactionID?,
    adjusting: (inout Judgement) -> Void = { _ in }, target: () throws -> PostgresConnection
  ) throws -> Outcome {
    let began = ContinuousClock.now
    let outcome = try decide(
      message, typeNames: typeNames, in: transaction, adjusting: adjusting, target: target)
    tell(.schemaValidated(outcome.verdict, since: began))
    return outcome
  }

  private func decide(
    _ message: [UInt8], typeNames: [OID: QualifiedName], in transaction: TransactionID?,
    adjusting: (inout Judgement) -> Void, target: () throws -> PostgresConnection
  ) throws -> Outcome {
    let shape = try RelationShape(message: message)
    let policy = policy(for: shape)
    let types: (OID) -> TypeReference? = { oid in
      typeNames[oid].map { TypeReference.announced(oid: oid, namespace: $0.schema, name: $0.name) }
    }
    if let known = knowledge[shape.oid], known.acceptedShape == message, let target = known.target {
      let source = TableSchema(shape: shape, types: types, catalog: nil, baseline: known.baseline)
      var judgement = Judgement(
        source: source, target: target, baseline: known.baseline, policy: policy,
        acceptedTarget: known.acceptedTarget, isBackfillRequested: known.isBackfilled)
      adjusting(&judgement)
      let verdict = judgement.verdict()
      if verdict.outcome != .blocked {
        return Outcome(
          shape: shape, judgement: judgement, verdict: verdict, source: source, target: target, isNew: false)
      }
    }
    let known = knowledge[shape.oid]
    let catalog = sourceTable(shape.oid, after: transaction)
    let source = TableSchema(shape: shape, types: types, catalog: catalog, baseline: known?.baseline)
    let current = catalog.flatMap { $0.sends(exactly: shape) && $0.name == shape.name ? nil : $0 }
    var judgement = Judgement(
      source: source, target: nil, baseline: known?.baseline, current: current, policy: policy,
      acceptedTarget: known?.acceptedTarget, isBackfillRequested: known?.isBackfilled ?? false)
    adjusting(&judgement)
    try judgement.lookUpTarget(on: target())
    let verdict = judgement.verdict()
    let hasOtherTarget = known?.acceptedTarget.map { $0.oid != judgement.target?.oid } ?? false
    return Outcome(
      shape: shape, judgement: judgement, verdict: verdict, source: source, target: judgement.target,
      isNew: known?.acceptedShape != message || hasOtherTarget, hasOtherTarget: hasOtherTarget)
  }

  /// What the operator allows for the table now.
  private func policy(for shape: RelationShape) -> DriftPolicy {
    context.policies.policy(for: shape.name, stored: knowledge[shape.oid]?.overrides ?? .none)
  }

  /// Makes the plan for a shape that may be applied.
  func plan(_ outcome: Outcome) -> ApplyPlan {
    guard let target = outcome.target else { preconditionFailure("a table that is missing on the target is blocked") }
    nextPlan += 1
    return ApplyPlan(id: nextPlan, shape: outcome.shape, verdict: outcome.verdict, target: target)
  }

  /// The table as the source's catalog has it now; nil if it is gone, or if the source does not answer in time.
  func sourceTable(_ oid: OID) -> TableSchema? { sourceTable(oid, after: nil) }

  /// The same, nil also if the catalog is still behind a transaction of the stream: what that one has just added would be
  /// taken for something that is gone by now.
  func sourceTable(_ oid: OID, after transaction: TransactionID?) -> TableSchema? {
    for _ in 0..<2 {
      do {
        let connection = try openSource()
        if let transaction, try !connection.waitUntilVisible(transaction) { return nil }
        return try TableIntrospector(connection).table(oid, publishedBy: publication)
      } catch {
        // What the catalog would have told is an explanation; the verdict stands on the wire without it.
        let wasReused = sourceConnection != nil
        sourceConnection?.close()
        sourceConnection = nil
        if !wasReused || !error.endsConnection { return nil }
      }
    }
    return nil
  }

  /// Whether the publication is there and sends anything; nil if the source does not answer in time.
  func publicationSends() -> Bool? {
    do {
      let connection = try openSource()
      let schemas =
        connection.serverVersion >= 150_000
        ? "OR EXISTS (SELECT FROM pg_publication_namespace WHERE pnpubid = p.oid)" : ""
      return try connection.query(
        """
        SELECT EXISTS (
          SELECT FROM pg_publication p
          WHERE p.pubname = $1
            AND (p.puballtables OR EXISTS (SELECT FROM pg_publication_rel WHERE prpubid = p.oid) \(schemas)))
        """, [publication])[0, 0] == "t"
    } catch {
      // The receiver notices by itself that the source is gone.
      sourceConnection?.close()
      sourceConnection = nil
      return nil
    }
  }

  /// Closes the connection to the source.
  func close() { sourceConnection?.close() }

  private func openSource() throws(PostgresError) -> PostgresConnection {
    if let sourceConnection, sourceConnection.isAlive { return sourceConnection }
    let session = SessionOptions.pinned.adding("statement_timeout", "2000").adding("lock_timeout", "1000")
    let connection = try PostgresConnection(
      sourceSettings.setting("connect_timeout", "3"), applicationName: applicationName, session: session,
      interruption: interruption)
    sourceConnection = connection
    return connection
  }
}

extension Judgement {
  /// Reads the target's table, and the one under the former name if the source's has changed.
  mutating func lookUpTarget(on connection: PostgresConnection) throws(PostgresError) {
    var names = [effectiveName]
    if let former = baseline?.name, former != effectiveName { names.append(former) }
    let tables = try TableIntrospector(connection).tables(named: names)
    target = tables.first { $0.name == effectiveName }
    targetVersion = connection.serverVersion
    formerTarget = names.count > 1 ? tables.first { $0.name == names[1] } : nil
  }
}

extension RelationShape {
  /// Reads a RELATION message.
  init(message: [UInt8]) throws(PGOutputError) {
    let bytes = message.span.bytes
    guard case .relation(let relation) = try PGOutputDecoder.decode(bytes, insideStream: false) else {
      throw PGOutputError(.unknownMessage(message.first ?? 0), at: 0, expected: "a Relation message")
    }
    guard let identity = ReplicaIdentity(rawValue: String(UnicodeScalar(relation.replicaIdentity.rawValue))) else {
      preconditionFailure("the decoder knows the same replica identities")
    }
    var columns: [WireColumn] = []
    for column in try relation.columns(in: bytes) {
      columns.append(
        WireColumn(
          name: try column.name.text(in: bytes), isKey: column.isKey, typeOID: column.type,
          typeModifier: column.typeModifier))
    }
    self.init(
      oid: relation.relation, name: try relation.qualifiedName(in: bytes), replicaIdentity: identity, columns: columns)
  }
}
