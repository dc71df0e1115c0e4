import Synchronization

@testable import SyncEngine

/// Keeps what a copy tells, and lets a test act at that very moment: it is called on the thread that goes on afterwards.
final class CopyObserver: PipelineObserver {
  private let events = Mutex<[PipelineEvent]>([])
  private let reaction: @Sendable (PipelineEvent) -> Void

  init(_ reaction: @escaping @Sendable (PipelineEvent) -> Void = { _ in }) { self.reaction = reaction }

  func pipeline(_ event: PipelineEvent) {
    events.withLock { $0.append(event) }
    reaction(event)
  }

  /// The tables that were reported as copied, with their rows.
  var copied: [String: Int64] {
    var copied: [String: Int64] = [:]
    for case .copied(let table, let rows) in events.withLock({ $0 }) { copied[table.description] = rows }
    return copied
  }

  /// The warnings, in order.
  var warnings: [String] {
    events.withLock { $0 }.compactMap { if case .warning(let text) = $0 { text } else { nil } }
  }
}
