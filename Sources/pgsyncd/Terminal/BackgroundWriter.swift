import Foundation
import Synchronization

/// Writes to a stream behind the back of whoever has something to say.
///
/// A terminal may be held (Ctrl-S) and a pipe may be read by nobody; a thread that carries the stream of changes must
/// not wait for either. So texts queue up to a bound, and beyond it they are counted instead of kept.
final class BackgroundWriter: Sendable {
  private struct State {
    var pendingBytes = 0
    var lostTexts = 0
  }

  private let descriptor: Int32
  private let pendingBytesMax: Int
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "pgsyncd.log")

  init(descriptor: Int32, pendingBytesMax: Int = 1 << 20) {
    self.descriptor = descriptor
    self.pendingBytesMax = pendingBytesMax
  }

  /// Hands a text over; does not block.
  func write(_ text: String) {
    let count = text.utf8.count
    let lost = state.withLock { state -> Int? in
      guard state.pendingBytes + count <= pendingBytesMax else {
        state.lostTexts += 1
        return nil
      }
      state.pendingBytes += count
      defer { state.lostTexts = 0 }
      return state.lostTexts
    }
    guard let lost else { return }
    queue.async { [self] in
      let remark = lost == 0 ? "" : "(\(lost) lines of the log were lost here, because nobody read them)\n"
      StandardStream.write(remark + text, to: descriptor)
      state.withLock { $0.pendingBytes -= count }
    }
  }

  /// Waits until everything that was handed over is written, but not for ever.
  func flush(within limit: DispatchTimeInterval) {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + limit)
  }
}
