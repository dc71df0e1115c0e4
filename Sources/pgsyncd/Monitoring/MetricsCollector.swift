import Observability
import SyncEngine
import Synchronization

/// Counts what a pipeline tells. Called by the engine's threads, for the stream once a unit: a lock and a few additions.
final class MetricsCollector: PipelineObserver {
  private let state = Mutex(PipelineCounters())

  /// The figures so far.
  var counters: PipelineCounters { state.withLock { $0 } }

  func pipeline(_ event: PipelineEvent) {
    state.withLock { counters in
      switch event {
      case .unitApplied(let unit):
        counters.unitApplied(seconds: unit.seconds, transactions: unit.transactions)
        for table in unit.tables {
          counters.applied(table.rows, to: table.name)
          counters.skipped(table.rowsWithoutColumns, of: table.name, reason: SkipReason.columnMismatch.rawValue)
        }
      case .schemaValidated(_, let result, let seconds): counters.validated(result, seconds: seconds)
      case .rowsSkipped(let table, let reason, let rows):
        counters.skipped(rows, of: table, reason: reason.rawValue)
      case .copying(let table, let rows, _, _): counters.copied(rows, of: table)
      case .copied(let table, let rows): counters.copied(rows, of: table, isComplete: true)
      case .tableStopped(let notice):
        counters.stopped(notice.table, reasons: notice.stop.reasons, seconds: notice.detectionSeconds)
      case .tableWarning(let table, let findings):
        counters.mismatched(table, reasons: findings.map(\.reason.rawValue))
      case .tableMigrated(let table, let verdict, _):
        counters.mismatched(table, reasons: Set(verdict.decisiveFindings.map(\.reason.rawValue)).sorted())
      case .leadership, .activity, .streaming, .tableCatchingUp, .tableStreaming, .reconnecting, .warning: break
      }
    }
  }
}
