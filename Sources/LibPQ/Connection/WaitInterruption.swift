import Glibc

/// A switch that ends blocking waits from another thread.
///
/// Every connection that was opened with it gives up whatever it waits for, also on a network that has gone silent,
/// and throws an error of kind ``PostgresError/Kind/interrupted``. It cannot be switched back.
public final class WaitInterruption: Sendable {
  /// One end of a pair of sockets: readable once interrupted, and never read from, so that every waiting thread sees
  /// it.
  let descriptor: Int32
  private let writingEnd: Int32

  /// Makes a switch that is off.
  public init() {
    var ends: [Int32] = [-1, -1]
    // Unlike a pipe, a pair of sockets is kept from child processes from the very beginning.
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let outcome = socketpair(AF_UNIX, type, 0, &ends)
    precondition(outcome == 0, "an interruption needs two free file descriptors")
    (descriptor, writingEnd) = (ends[0], ends[1])
  }

  deinit {
    _ = Glibc.close(descriptor)
    _ = Glibc.close(writingEnd)
  }

  /// Ends all waits, present and future. May be called from any thread, any number of times.
  public func interrupt() {
    // Only the first byte matters; a full socket means that it was interrupted long ago.
    _ = write(writingEnd, [1], 1)
  }

  /// True from the first ``interrupt()`` on.
  public var isInterrupted: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }
}
