import LibPQ
import Synchronization

/// Ends a first copy early, from any thread: nobody waits in a server for longer than a cancel request takes.
///
/// A thread of its own watches for the request to stop, because all others wait for servers. Requests are repeated until
/// everybody is gone: one that arrives between two statements has no effect.
final class CopyCancellation: Sendable {
  /// Why a copy ended before its time.
  enum Reason: Sendable {
    /// It was asked to.
    case stopped
    /// Something failed; the first failure counts, the others follow from it.
    case failed(SyncError)
  }

  private struct State {
    var reason: Reason?
    var handles: [Int: CancelHandle] = [:]
    var lastKey = 0
    var isOver = false
  }

  private let state = Mutex(State())
  private let wake = WakeUp()
  private static let milliseconds: Int32 = 100

  /// Why the copy is to end; nil while it goes on.
  var reason: Reason? { state.withLock { $0.reason } }

  /// Ends the copy. The first reason counts.
  func cancel(_ reason: Reason) {
    state.withLock { if $0.reason == nil { $0.reason = reason } }
    wake.signal()
  }

  /// Runs `body`, whose statements on the connection are cancelled if the copy is to end.
  func whileCancellable<Value, Failure: Error>(
    _ handles: [CancelHandle], _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let keys = state.withLock { state in
      handles.map { handle in
        state.lastKey += 1
        state.handles[state.lastKey] = handle
        return state.lastKey
      }
    }
    defer { state.withLock { state in for key in keys { state.handles[key] = nil } } }
    return try body()
  }

  /// Starts the thread that watches; it ends with ``end(_:)``.
  func watch(_ context: PipelineContext) throws(SyncError) -> NamedThread<Void> {
    do {
      return try NamedThread(name: "copy-watch") { [self] in
        while !state.withLock({ $0.isOver }) {
          if context.isStopping { cancel(.stopped) }
          let handles = state.withLock { $0.reason == nil ? [] : Array($0.handles.values) }
          for handle in handles { handle.cancel() }
          // A signal since the last wait ends this one at once, so no reason is overlooked.
          wake.wait(milliseconds: Self.milliseconds)
        }
      }
    } catch {
      throw .thread(error)
    }
  }

  /// Ends the watching thread.
  func end(_ watcher: NamedThread<Void>) {
    state.withLock { $0.isOver = true }
    wake.signal()
    watcher.join()
  }
}
