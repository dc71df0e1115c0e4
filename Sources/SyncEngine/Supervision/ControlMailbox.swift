import PostgresTypes
import Synchronization

/// What the apply thread is asked to do at the next transaction boundary.
enum ControlRequest: Sendable {
  /// A stopped table was judged again and may go on. `request` is the operator's request to answer, if there is one.
  case resume(OID, request: RequestRecord?)
  /// A table's rows are to be copied anew while the others stream. `request` is the operator's request to answer, if there
  /// is one.
  case copy(TableCopyOrder, request: RequestRecord?)
  /// The copy of a table is committed; what was parked since is to be applied.
  case copied(OID)
  /// The copy of a table, or of columns of it, cannot be completed: the table stops.
  case copyFailed(OID, TableStop)
  /// Columns of a table are to be read again from the source before it streams: one that streams is parked for it, one
  /// that is stopped resumes with it.
  case backfill(OID, columns: [String], request: RequestRecord?)
  /// The columns of a table have been read again; the rest of what is parked is to be applied.
  case backfilled(OID)
  /// The operator wants a table to stop.
  case pause(OID, request: Int64)
  /// Almost nothing is left of a table's parked changes: apply the rest and let the table stream.
  case handOver(OID)
  /// Going on would lose changes: end with this error.
  case fail(SyncError)
  /// The target's table has changed: its shape has to be judged against it as it is now.
  case forgetTarget(OID)
  /// The catalog watch has found something.
  case watched(WatchedChange)
  /// A table stopped again while its parked changes were applied.
  case drainStopped(OID)
}

/// Hands requests to the apply thread.
final class ControlMailbox: Sendable {
  private let requests = Mutex<[ControlRequest]>([])
  private let overtaken = Mutex<Set<OID>>([])
  private let hasLooked = Atomic(false)
  /// Wakes the apply thread.
  let wake: WakeUp

  init(wake: WakeUp) { self.wake = wake }

  /// Leaves a request.
  func post(_ request: ControlRequest) {
    requests.withLock { $0.append(request) }
    wake.signal()
  }

  /// Hands a table back to the catalog watch: its comparison was overtaken by the stream.
  func postOvertaken(_ table: OID) { overtaken.withLock { _ = $0.insert(table) } }

  /// Takes the tables that were handed back.
  func takeOvertaken() -> Set<OID> {
    overtaken.withLock { tables in
      defer { tables = [] }
      return tables
    }
  }

  /// True once the catalog watch has looked, or tried to, since the session began.
  var catalogsWereLookedAt: Bool {
    get { hasLooked.load(ordering: .acquiring) }
    set {
      hasLooked.store(newValue, ordering: .releasing)
      wake.signal()
    }
  }

  /// True if nothing has been left since ``takeAll()``.
  var isEmpty: Bool { requests.withLock(\.isEmpty) }

  /// Takes all requests.
  func takeAll() -> [ControlRequest] {
    requests.withLock { requests in
      defer { requests = [] }
      return requests
    }
  }
}
