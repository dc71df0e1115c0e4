import LibPQ
import LogicalReplication
import PostgresTypes
import Synchronization

/// Applies the parked changes of resumed tables: the body of the thread `drain`.
///
/// It has a connection of its own, so the other tables stream on undisturbed. New changes of the table append to the parked
/// ones meanwhile; when almost nothing is left it asks the apply thread to hand the table over at a commit boundary.
final class DrainThread: Sendable {
  /// With so little left the apply thread finishes in one go.
  static let handOverBytesMax: Int64 = 1 << 20
  /// So many chunks are fetched at a time.
  private static let chunksAtATime = 8
  /// After a lost connection it waits so long before the next attempt.
  private static let retryMilliseconds: Int32 = 1000

  /// A table to work on.
  private struct Job {
    var table: OID
    /// The apply thread has tried the rest and the target refused it: it has to be applied here, where a stop finds its
    /// place, however little it is.
    var isRefused: Bool
  }

  private let context: PipelineContext
  private let mailbox: ControlMailbox
  private let jobs = Mutex<[Job]>([])
  private let wake = WakeUp()
  private let stop = Atomic(false)

  init(context: PipelineContext, mailbox: ControlMailbox) {
    self.context = context
    self.mailbox = mailbox
  }

  /// Lets the thread take up a table that is catching up.
  ///
  /// - Parameter isRefused: the target has refused to take the rest in one go.
  func post(_ table: OID, isRefused: Bool = false) {
    jobs.withLock { jobs in
      if let index = jobs.firstIndex(where: { $0.table == table }) {
        if isRefused { jobs[index].isRefused = true }
      } else {
        jobs.append(Job(table: table, isRefused: isRefused))
      }
    }
    wake.signal()
  }

  /// Makes the thread end after the unit at hand.
  func requestStop() {
    stop.store(true, ordering: .releasing)
    wake.signal()
  }

  private var isStopping: Bool { stop.load(ordering: .acquiring) }

  /// Runs until told to stop.
  func run() {
    var session: ApplyConnection?
    defer { session?.connection.close() }
    while !isStopping {
      guard let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
        wake.wait(milliseconds: -1)
        continue
      }
      do {
        let open: ApplyConnection
        if let session { open = session } else { open = try ApplyConnection(context, role: "drain") }
        session = open
        try drain(job, on: open)
      } catch {
        session?.connection.close()
        session = nil
        guard !isStopping else { return }
        context.tell(.warning("applying parked changes was interrupted and is tried again: \(error)"))
        post(job.table, isRefused: job.isRefused)
        wake.wait(milliseconds: Self.retryMilliseconds)
      }
    }
  }

  private func drain(_ job: Job, on open: ApplyConnection) throws {
    let table = job.table
    let catalog = PipelineCatalog(open.connection, pipeline: context.options.pipeline)
    guard let record = try catalog.table(table), record.state == .catchingUp else { return }
    let ending = DrainProgress(
      pipeline: context.options.pipeline, table: table, appliedLSN: record.appliedLSN ?? .zero)
    let applier = makeApplier(record, open, catalog, ending)
    try apply(job, applier, ending)
    // The connection serves the next table with a session of its own.
    try applier.session.outsidePipeline { _ in }
  }

  private func apply(_ job: Job, _ applier: UnitApplier, _ ending: DrainProgress) throws {
    let table = job.table
    let chunks = ParkedChunks(
      connection: applier.session.connection, pipeline: context.options.pipeline, table: table)
    var runner = UnitRunner(applier: applier)
    guard let position = applier.router.position(of: table) else { return }
    // The last chunk that was read, and the last one whose application is committed.
    var last: Int64 = -1
    var done: Int64 = -1
    var mayHandOver = !job.isRefused
    while !isStopping {
      if mayHandOver, applier.transaction == nil, try isAlmostDone(chunks, applier) {
        try applier.writeCounters(isEnding: true)
        mailbox.post(.handOver(table))
        return
      }
      do {
        let batch = try applier.session.outsidePipeline { _ in try chunks.read(after: last, limit: Self.chunksAtATime) }
        // All chunks of a transaction become visible together: no more of them, no more of it.
        if batch.isEmpty { try applier.endParkedTransaction() }
        for (number, segment) in batch {
          last = number
          applier.router[position].lastChunk = number
          try applier.read(segment)
          if applier.transaction != nil, applier.router[position].state == .streaming {
            // The transaction goes on in the next chunk, and is committed with it.
            try applier.flush()
            try applier.session.collect()
            continue
          }
          ending.consumedChunk = number
          _ = try applier.commit()
          done = number
          runner.succeeded()
          applier.takeEvents().forEach(context.tell)
          guard applier.router[position].state == .streaming else {
            try applier.writeCounters(isEnding: true)
            mailbox.post(.drainStopped(table))
            return
          }
        }
        if batch.isEmpty {
          mayHandOver = true
          ending.consumedChunk = last
          _ = try applier.commit()
          done = last
          runner.succeeded()
        }
      } catch let failure as ApplyFailure {
        try runner.recover(from: failure)
        last = done
      } catch let refusal as RowRefusal {
        try runner.recover(from: refusal)
        last = done
      }
    }
  }

  private func isAlmostDone(_ chunks: ParkedChunks, _ applier: UnitApplier) throws -> Bool {
    let extent = try applier.session.outsidePipeline { _ in try chunks.extent() }
    return extent.bytes <= Self.handOverBytesMax
  }

  private func makeApplier(
    _ record: TableRecord, _ open: ApplyConnection, _ catalog: PipelineCatalog, _ ending: DrainProgress
  ) -> UnitApplier {
    var router = ChangeRouter()
    // Here the table applies; to the stream it is still one whose changes are parked.
    router.add(
      ChangeRouter.Route(
        sourceOID: record.sourceOID, name: record.name, state: .streaming, lastChunk: 0, isStopPlaced: true))
    let judge = ShapeJudge(context, role: "drain")
    judge[record.sourceOID] = ShapeJudge.Knowledge(record)
    return UnitApplier(
      session: TargetSession(connection: open.connection), catalog: catalog, judge: judge, router: router,
      progress: ending.parkedProgress, directives: TransactionDirectives(), ending: ending,
      keepsGlobalOrder: !open.actsAsReplica)
  }
}
