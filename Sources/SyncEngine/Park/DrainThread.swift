import LibPQ
import LogicalReplication
import PostgresTypes
import Synchronization

/// Applies the parked changes of resumed tables: the body of the thread `drain`.
///
/// It has a connection of its own, so the other tables stream on undisturbed. New changes of the table append to the parked
/// ones meanwhile; when almost nothing is left it asks the apply thread to hand the table over at a commit boundary.
final class DrainThread: Sendable {
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
  private let copier: TableCopyThread
  private let jobs = Mutex<[Job]>([])
  private let wake = WakeUp()
  private let stop = Atomic(false)

  /// - Parameter copier: reads columns again for tables that have caught up.
  init(context: PipelineContext, mailbox: ControlMailbox, copier: TableCopyThread) {
    self.context = context
    self.mailbox = mailbox
    self.copier = copier
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
    guard let record = try catalog.table(table) else { return }
    // The last attempt may have failed between the stop and the word about it: until it knows, the stream takes the table
    // for one that catches up.
    if record.state == .stopped { mailbox.post(.drainStopped(table)) }
    guard record.state == .catchingUp else { return }
    let drain = ParkedDrain(context: context, open: open, record: record)
    switch try drain.run(leavesRest: !job.isRefused, isStopping: { isStopping }) {
    case .almostDone where record.backfillColumns.isEmpty: mailbox.post(.handOver(table))
    case .almostDone: copier.post(backfillOf: table, name: record.name)
    case .stopped: mailbox.post(.drainStopped(table))
    case .reachedEnd, .interrupted: break
    }
  }
}
