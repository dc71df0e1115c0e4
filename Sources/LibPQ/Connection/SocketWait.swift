internal import CLibPQ
import Glibc

/// The one place where this module blocks.
enum SocketWait {
  enum Failure: Error {
    case interrupted
    case timedOut
    case system(errno: Int32)
  }

  /// Blocks until the connection's socket can be read or written or the deadline has passed; returns whether it can
  /// be read. A broken socket counts as readable, so that the next read finds out.
  static func wait(
    for connection: OpaquePointer, reading: Bool, writing: Bool, interruption: WaitInterruption?,
    deadline: ContinuousClock.Instant? = nil
  ) throws(Failure) -> Bool {
    let mayHoldInput = reading ? EncryptedInput.pending(on: connection) : .none
    if mayHoldInput == .some { return true }
    let events = Int16((reading ? POLLIN : 0) | (writing ? POLLOUT : 0))
    // poll leaves out entries with a negative descriptor.
    var entries = (
      pollfd(fd: PQsocket(connection), events: events, revents: 0),
      pollfd(fd: interruption?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
    )
    guard entries.0.fd >= 0 else { return true }
    while true {
      let milliseconds = Self.milliseconds(until: deadline, atMost: mayHoldInput == .unknown ? 100 : nil)
      let count = withUnsafeMutablePointer(to: &entries) { pointer in
        pointer.withMemoryRebound(to: pollfd.self, capacity: 2) { poll($0, 2, milliseconds) }
      }
      if count < 0 {
        guard errno == EINTR else { throw .system(errno: errno) }
        continue
      }
      if entries.1.revents != 0 { throw .interrupted }
      if entries.0.revents & Int16(POLLIN | POLLERR | POLLHUP | POLLNVAL) != 0 { return true }
      if entries.0.revents != 0 { return false }
      if let deadline, ContinuousClock.now >= deadline { throw .timedOut }
      if mayHoldInput == .unknown { return true }
    }
  }

  private static func milliseconds(until deadline: ContinuousClock.Instant?, atMost limit: Int32?) -> Int32 {
    guard let deadline else { return limit ?? -1 }
    let left = (deadline - ContinuousClock.now) / .milliseconds(1)
    let milliseconds = Int32(max(0, min(left.rounded(.up), 3_600_000)))
    return min(milliseconds, limit ?? milliseconds)
  }
}
