import LibPQ
import LogicalReplication
import PGOutput
import PostgresTypes
import SchemaDrift
import Synchronization

/// Listens for what operators ask and says that the service lives: the body of the thread `control`.
///
/// Judging a table again reads both catalogs; it happens here, on connections of its own, so that the stream does not wait
/// for it. What comes of it is handed to the apply thread, which acts at the next transaction boundary.
final class ControlThread: Sendable {
  /// Without a notification it looks for requests and tells that it lives this often.
  private static let intervalMilliseconds: Int32 = 2000

  /// What the event trigger on the target sends on our channel; no pipeline has such a name.
  private static let ddlPayload = "DDL"

  private let context: PipelineContext
  private let mailbox: ControlMailbox
  private let slotConfirmed: ConfirmedPosition
  private let startedAt: PostgresTimestamp
  private let beginning: CatalogWatch.Beginning
  private let wake = WakeUp()
  private let stop = Atomic(false)
  /// The transaction whose DDL the stream has told of last.
  private let markedDDL = Mutex<TransactionID?>(nil)

  init(
    context: PipelineContext, mailbox: ControlMailbox, confirmed: ConfirmedPosition, startedAt: PostgresTimestamp,
    beginning: CatalogWatch.Beginning
  ) {
    self.beginning = beginning
    self.context = context
    self.mailbox = mailbox
    slotConfirmed = confirmed
    self.startedAt = startedAt
  }

  /// Makes the thread look at the catalogs now: the stream tells of DDL.
  ///
  /// - Parameter transaction: the one that has made it.
  func lookAtCatalogs(after transaction: TransactionID) {
    markedDDL.withLock { $0 = transaction }
    wake.signal()
  }

  /// Makes the thread end.
  func requestStop() {
    stop.store(true, ordering: .releasing)
    wake.signal()
  }

  private var isStopping: Bool { stop.load(ordering: .acquiring) }

  /// Runs until told to stop.
  func run() {
    var target: PostgresConnection?
    let judge = ShapeJudge(context, role: "control")
    var handled: Set<Int64> = []
    var generation = context.liveGeneration
    var lastHeartbeat: ContinuousClock.Instant?
    let watch = CatalogWatch(context, mailbox: mailbox, beginning: beginning)
    defer { watch.close() }
    var schedule = WatchSchedule()
    while !isStopping {
      do {
        let connection: PostgresConnection
        if let target { connection = target } else { connection = try connect() }
        target = connection
        let catalog = PipelineCatalog(connection, pipeline: context.options.pipeline)
        let isToldOfDDL = try connection.notifications().contains { $0.payload == Self.ddlPayload }
        if markedDDL.withLock({ $0 != nil }) || isToldOfDDL { schedule.hasten() }
        let requests = try catalog.openRequests().filter { !handled.contains($0.id) }
        // Whoever resumes a table has dealt with what was seen before, and not with what is seen afterwards.
        if schedule.isDue || !requests.isEmpty { try look(watch, catalog, &schedule) }
        for request in requests {
          try take(request, catalog, judge)
          handled.insert(request.id)
        }
        if generation != context.liveGeneration {
          generation = context.liveGeneration
          try tellWhatMayResume(catalog, judge)
        }
        if lastHeartbeat.map({ ContinuousClock.now - $0 >= .milliseconds(Self.intervalMilliseconds) }) ?? true {
          try writeHeartbeat(catalog)
          // From 18 on a publication that is gone is a mere warning in the source's log, and its changes are left out.
          let publicationSends = judge.publicationSends()
          context.observation.update {
            if let publicationSends { $0.publicationSends = publicationSends }
            $0.targetHeardAt = .now
          }
          if publicationSends == false {
            mailbox.post(.fail(.publicationSendsNothing(context.options.publication)))
          }
          lastHeartbeat = .now
        }
      } catch {
        target?.close()
        target = nil
        mailbox.catalogsWereLookedAt = true
        context.observation.update { $0.lastError = "\(error)" }
      }
      wake.wait(socket: target?.socket, milliseconds: min(Self.intervalMilliseconds, schedule.millisecondsUntilDue))
    }
    target?.close()
  }

  /// After the settings were exchanged: which stopped tables may go on now. They do so when the operator says so.
  private func tellWhatMayResume(_ catalog: PipelineCatalog, _ judge: ShapeJudge) throws {
    for record in try catalog.tables() where record.state == .stopped && record.stopKind == .schemaMismatch {
      let judgement = ResumeJudgement(
        target: catalog.connection, pipeline: catalog.pipeline,
        policy: context.policies.policy(for: record.name, stored: record.overrides), sourceTable: judge.sourceTable)
      guard case .mayResume = try judgement.judge(record) else { continue }
      guard !context.live.autoResume else {
        mailbox.post(.resume(record.sourceOID, request: nil))
        continue
      }
      context.tell(
        .warning(
          "\(record.name) may go on under the settings that are in force now; it stays stopped until "
            + "'pgsyncd resume --table \(record.name)' (schema.auto_resume is off)"))
    }
  }

  private func look(_ watch: CatalogWatch, _ catalog: PipelineCatalog, _ schedule: inout WatchSchedule) throws {
    defer { mailbox.catalogsWereLookedAt = true }
    schedule.begin()
    do {
      let transaction = markedDDL.withLock { marked in
        defer { marked = nil }
        return marked
      }
      try watch.look(catalog, after: transaction)
    } catch let error as PostgresError where catalog.connection.isAlive {
      // The source may be away, or a table locked; the next look tries again.
      context.observation.update { $0.lastError = "looking at the catalogs: \(error)" }
    }
    schedule.end(interval: context.live.validationInterval)
  }

  private func connect() throws(PostgresError) -> PostgresConnection {
    let connection = try PostgresConnection(
      context.options.target, applicationName: context.applicationName("control"),
      session: .pinned.adding("lock_timeout", "5s"), interruption: context.interruption)
    try connection.execute("LISTEN \(PipelineCatalog.notificationChannel)")
    return connection
  }

  private func take(_ request: RequestRecord, _ catalog: PipelineCatalog, _ judge: ShapeJudge) throws {
    guard let record = try catalog.table(request.sourceOID) else {
      try catalog.finishRequest(request.id, .failed, message: ["the table is not part of this pipeline any more"])
      return
    }
    switch request.command {
    case .resync: try copyAnew(record, request, catalog)
    case .approve: try approve(record, request, catalog, judge)
    case .pause: mailbox.post(.pause(record.sourceOID, request: request.id))
    case .resume where record.state == .stopped && record.copyNeed != nil:
      // The rows that are there cannot be gone on with.
      try copyAnew(record, request, catalog)
    case .resume where record.state == .stopped && request.arguments.skippedTransaction != nil:
      guard let skipped = request.arguments.skippedTransaction else { return }
      try resume(record, request, catalog, judge, without: skipped)
    case .resume where record.state == .streaming && request.arguments.readsColumnsAgain:
      guard !record.staleColumns.isEmpty else {
        try catalog.finishRequest(
          request.id, .accepted,
          message: ["no column of \(record.name) is known to differ; to copy all of it: pgsyncd resync"])
        return
      }
      mailbox.post(.backfill(record.sourceOID, columns: record.staleColumns, request: request))
    case .resume:
      guard record.state == .stopped else {
        try answer(request, of: record, catalog)
        return
      }
      let judgement = ResumeJudgement(
        target: catalog.connection, pipeline: catalog.pipeline,
        policy: context.policies.policy(for: record.name, stored: request.arguments.overrides.over(record.overrides)),
        isBackfillRequested: request.arguments.readsColumnsAgain, sourceTable: judge.sourceTable)
      let began = ContinuousClock.now
      switch try judgement.judge(record) {
      case .mayResume(let verdict):
        context.tell(.schemaValidated(verdict, since: began))
        try catalog.resolveDriftEvents(
          record.sourceOID, DriftResolution(resuming: record, by: request, judgement.isFixed(record)))
        letGo(record, request, verdict)
      case .blocked(let verdict):
        context.tell(.schemaValidated(verdict, since: began))
        var stop = TableStop(verdict: verdict, lsn: nil)
        if let migration = try judgement.migration(record, by: context.migration) {
          guard context.migration.requiresApproval else {
            // It is carried out where the parked changes have the new shape.
            mailbox.post(.resume(record.sourceOID, request: request))
            return
          }
          stop = stop.waiting(for: migration, of: verdict)
        }
        // What the table is stopped for is told without overrides that are not stored.
        if request.arguments.overrides == .none { try catalog.stopTable(record.sourceOID, stop) }
        try catalog.finishRequest(request.id, .refused, message: stop.message)
      case .sourceUnknown:
        try catalog.finishRequest(
          request.id, .failed, message: [Self.unknownSource(record)])
      }
    }
  }

  private static func unknownSource(_ record: TableRecord) -> String {
    "nothing of \(record.name) is parked, and the source does not have it any more or could not be asked for it; "
      + "it stays as it is"
  }

  /// Lets a stopped table go on.
  private func letGo(_ record: TableRecord, _ request: RequestRecord, _ verdict: CompatibilityVerdict) {
    guard request.arguments.readsColumnsAgain else {
      mailbox.post(.resume(record.sourceOID, request: request))
      return
    }
    var columns = record.staleColumns + verdict.staleColumns.map(\.column)
    // Whoever asks for it without a column being known to differ knows more than we do.
    if columns.isEmpty { columns = verdict.columns.map(\.source) }
    mailbox.post(.backfill(record.sourceOID, columns: columns, request: request))
  }

  /// Takes one transaction out of a table's parked changes, and lets the table go on if it fits without it. If it does
  /// not, nothing is dropped.
  private func resume(
    _ record: TableRecord, _ request: RequestRecord, _ catalog: PipelineCatalog, _ judge: ShapeJudge,
    without skipped: LSN
  ) throws {
    let connection = catalog.connection
    let letters = DeadLetters(catalog: catalog, record: record)
    try connection.execute("BEGIN")
    var accepted: CompatibilityVerdict?
    // A connection that cannot roll back reports itself at its next use.
    defer { if connection.transactionStatus != .idle { try? connection.execute("ROLLBACK") } }
    guard let dropped = try letters.drop(skipped, by: request.requestedBy) else {
      try connection.execute("ROLLBACK")
      try catalog.finishRequest(request.id, .failed, message: [try letters.notParked(skipped)])
      return
    }
    let judgement = ResumeJudgement(
      target: connection, pipeline: catalog.pipeline,
      policy: context.policies.policy(for: record.name, stored: request.arguments.overrides.over(record.overrides)),
      isBackfillRequested: request.arguments.readsColumnsAgain, sourceTable: judge.sourceTable)
    switch try judgement.judge(record) {
    case .mayResume(let verdict): accepted = verdict
    case .blocked(let verdict):
      try connection.execute("ROLLBACK")
      try catalog.finishRequest(request.id, .refused, message: verdict.messageLines)
    case .sourceUnknown:
      try connection.execute("ROLLBACK")
      try catalog.finishRequest(
        request.id, .failed, message: [Self.unknownSource(record)])
    }
    guard let accepted else { return }
    try catalog.resolveDriftEvents(record.sourceOID, .skipTransaction)
    try connection.execute("COMMIT")
    context.tell(.rowsSkipped(table: record.name, reason: letters.reason, rows: dropped))
    context.tell(
      .warning(
        "\(record.name): transaction \(skipped) was dropped for this table by \(request.requestedBy): \(dropped) change"
          + "\(dropped == 1 ? "" : "s"), kept in pgsyncd.dead_letters"))
    letGo(record, request, accepted)
  }

  /// Judges whether a table can be copied anew, and hands it to the apply thread if so.
  private func copyAnew(_ record: TableRecord, _ request: RequestRecord, _ catalog: PipelineCatalog) throws {
    let overrides = request.arguments.overrides.over(record.overrides)
    let policy = context.policies.policy(for: record.name, stored: overrides)
    let outcome: CopyJudgement.Outcome
    do throws(PostgresError) {
      let source = try PostgresConnection(
        context.options.source, applicationName: context.applicationName("control"),
        session: .pinned.adding("statement_timeout", "30s").adding("lock_timeout", "5s"),
        interruption: context.interruption)
      defer { source.close() }
      outcome = try CopyJudgement(
        source: source, target: catalog.connection, publication: context.options.publication, policy: policy
      ).judge(record)
    } catch {
      if !catalog.connection.isAlive { throw error }
      try catalog.finishRequest(
        request.id, .failed, message: ["the two sides of \(record.name) could not be compared: \(error)"])
      return
    }
    switch outcome {
    case .mayCopy(let source, _):
      let successor = source.oid == record.sourceOID ? nil : source
      mailbox.post(
        .copy(TableCopyOrder(table: record.sourceOID, name: record.name, successor: successor), request: request))
    case .blocked(let verdict): try catalog.finishRequest(request.id, .refused, message: verdict.messageLines)
    case .missingOnSource:
      try catalog.finishRequest(
        request.id, .failed, message: ["the source does not have \(record.name) any more; there is nothing to copy"])
    case .notPublished:
      try catalog.finishRequest(
        request.id, .failed, message: [CopyJudgement.notPublished(record.name, context.options.publication)])
    }
  }

  /// A table that is not stopped has nothing to resume; overrides are taken all the same, once it streams.
  private func answer(_ request: RequestRecord, of record: TableRecord, _ catalog: PipelineCatalog) throws {
    guard request.arguments.overrides != .none else {
      try catalog.finishRequest(request.id, .accepted, message: ["\(record.name) is not stopped"])
      return
    }
    if record.state == .streaming {
      mailbox.post(.resume(record.sourceOID, request: request))
    } else {
      try catalog.finishRequest(
        request.id, .refused, message: ["\(record.name) does not stream yet; give the overrides again once it does"])
    }
  }

  /// Carries a migration out that waited for approval, and lets the table go on.
  private func approve(
    _ record: TableRecord, _ request: RequestRecord, _ catalog: PipelineCatalog, _ judge: ShapeJudge
  ) throws {
    guard record.state == .stopped, record.stopKind == .pendingApproval else {
      try catalog.finishRequest(request.id, .failed, message: ["\(record.name) does not wait for approval"])
      return
    }
    let judgement = ResumeJudgement(
      target: catalog.connection, pipeline: catalog.pipeline,
      policy: context.policies.policy(for: record.name, stored: record.overrides), sourceTable: judge.sourceTable)
    switch try MigrationApproval(catalog: catalog, judgement: judgement).carryOut(record) {
    case .mayResume: mailbox.post(.resume(record.sourceOID, request: request))
    case .refused(let why): try catalog.finishRequest(request.id, .refused, message: why)
    case .sourceUnknown:
      try catalog.finishRequest(
        request.id, .failed, message: ["the source could not be asked for the schema of \(record.name); try again"])
    }
  }

  private func writeHeartbeat(_ catalog: PipelineCatalog) throws(PostgresError) {
    let seen = context.observation.latest
    var lastError = seen.lastError
    var figures: SlotFigures?
    do {
      figures = try SlotFigures.ask(context.options.source, slot: context.options.slot)
    } catch {
      lastError = "\(error)"
    }
    if let position = figures?.sourceLSN {
      context.observation.update { $0.sourceLSN = max($0.sourceLSN, position) }
    }
    try catalog.writeService(
      ServiceRecord(
        host: ServiceIdentity.host, pid: ServiceIdentity.pid, version: ServiceIdentity.version, startedAt: startedAt,
        heartbeatAt: .now, activity: seen.activity, receivedLSN: seen.receivedLSN,
        sourceLSN: figures?.sourceLSN ?? seen.sourceLSN,
        confirmedFlushLSN: figures?.confirmedFlushLSN ?? slotConfirmed.lsn, restartLSN: figures?.restartLSN,
        retainedWALBytes: figures?.retainedWALBytes, walStatus: figures?.walStatus, lastError: lastError))
  }
}
