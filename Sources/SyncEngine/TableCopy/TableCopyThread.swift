import LibPQ
import PostgresTypes
import Synchronization

/// Copies single tables, or columns of them, while the stream goes on: the body of the thread `table-copy`.
///
/// Tables are copied one after the other, each over connections of its own. What passes by itself (a lock, a lost
/// connection, DDL at the wrong moment) is tried again for as long as it takes, the other tables first; anything else
/// stops the table.
final class TableCopyThread: Sendable {
  private enum Work {
    case copy(TableCopyOrder)
    case backfill(OID, QualifiedName)

    var name: QualifiedName {
      switch self {
      case .copy(let order): order.name
      case .backfill(_, let name): name
      }
    }
  }

  private struct Job {
    var work: Work
    var attempts = 0
    var notBefore = ContinuousClock.now
  }

  private let context: PipelineContext
  private let mailbox: ControlMailbox
  private let leader: Int32
  private let jobs = Mutex<[Job]>([])
  private let wake = WakeUp()
  private let stop = Atomic(false)
  private let cancellation = CopyCancellation()

  /// The longest wait between two attempts.
  private static let secondsMax = 30

  /// - Parameter leader: the target's backend that holds the pipeline's lock.
  init(context: PipelineContext, mailbox: ControlMailbox, leader: Int32) {
    self.context = context
    self.mailbox = mailbox
    self.leader = leader
  }

  /// Lets the thread copy a table that the catalog and the router have as `copying`.
  func post(_ order: TableCopyOrder) {
    jobs.withLock { $0.append(Job(work: .copy(order))) }
    wake.signal()
  }

  /// Lets the thread read columns again of a table that has almost caught up.
  func post(backfillOf table: OID, name: QualifiedName) {
    jobs.withLock { $0.append(Job(work: .backfill(table, name))) }
    wake.signal()
  }

  /// Makes the thread end; a copy that runs is taken back, and begun anew by the next session.
  func requestStop() {
    stop.store(true, ordering: .releasing)
    cancellation.cancel(.stopped)
    wake.signal()
  }

  private var isStopping: Bool { stop.load(ordering: .acquiring) || context.isStopping }

  /// Runs until told to stop.
  func run() {
    let watcher: NamedThread<Void>
    do { watcher = try cancellation.watch(context) } catch {
      // Without somebody to end it a copy would keep the process from ending.
      context.tell(.warning("no table can be copied: \(error)"))
      return
    }
    defer { cancellation.end(watcher) }
    while !isStopping {
      let now = ContinuousClock.now
      let (job, next) = jobs.withLock { jobs -> (Job?, ContinuousClock.Instant?) in
        guard let index = jobs.firstIndex(where: { $0.notBefore <= now }) else {
          return (nil, jobs.map(\.notBefore).min())
        }
        return (jobs.remove(at: index), nil)
      }
      guard let job else {
        wake.wait(milliseconds: next.map { Int32(($0 - now) / .milliseconds(1)) + 1 } ?? -1)
        continue
      }
      carryOut(job)
    }
  }

  private func carryOut(_ job: Job) {
    do throws(SyncError) {
      switch job.work {
      case .copy(let order):
        let copy = TableCopy(context: context, order: order, cancellation: cancellation, leader: leader)
        switch try copy.run() {
        // Where somebody else was quicker, the catalog says how far the table is.
        case .copied, .superseded: mailbox.post(.copied(order.table))
        case .blocked(let verdict): mailbox.post(.copyFailed(order.table, TableStop(verdict: verdict, lsn: nil)))
        }
      case .backfill(let table, _):
        let backfill = ColumnBackfill(context: context, table: table, cancellation: cancellation, leader: leader)
        switch try backfill.run() {
        case .done, .superseded: mailbox.post(.backfilled(table))
        case .stopped: mailbox.post(.drainStopped(table))
        case .blocked(let verdict): mailbox.post(.copyFailed(table, TableStop(verdict: verdict, lsn: nil)))
        }
      }
    } catch {
      guard !isStopping else { return }
      guard error.passes else {
        let stop = TableStop(copyOf: job.work.name, failed: error, lsn: nil)
        switch job.work {
        case .copy(let order): mailbox.post(.copyFailed(order.table, stop))
        case .backfill(let table, _): mailbox.post(.copyFailed(table, stop))
        }
        return
      }
      let seconds = min(1 << min(job.attempts, 5), Self.secondsMax)
      context.tell(
        .warning("the copy of \(job.work.name) was interrupted and is tried again in \(seconds) s: \(error)"))
      var again = job
      again.attempts += 1
      again.notBefore = .now + .seconds(seconds)
      jobs.withLock { $0.append(again) }
    }
  }
}

extension SyncError {
  /// True if the same attempt may succeed later although nobody does anything about it.
  fileprivate var passes: Bool {
    if isRetryable { return true }
    if case .postgres(let error, _) = self { return error.sqlState == .lockNotAvailable }
    return false
  }
}
