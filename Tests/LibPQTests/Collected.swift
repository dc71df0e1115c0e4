import Glibc
import Synchronization
import Testing

/// Values gathered from any thread.
final class Collected<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  func append(_ value: Value) { values.withLock { $0.append(value) } }

  var all: [Value] { values.withLock { $0 } }
}

/// Blocks until a socket can be read, at most 30 s.
func waitForInput(_ socket: Int32) throws {
  var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
  try #require(poll(&entry, 1, 30_000) == 1)
}
