import Glibc

/// A switch that ends blocking waits from another thread.
///
/// Every connection that was opened with it gives up whatever it waits for, also on a network that has gone silent,
/// and throws an error of kind ``PostgresError/Kind/interrupted``. It cannot be switched back.
public final class WaitInterruption: Sendable {
  /// Readable once interrupted; never read from, so that every waiting thread sees it.
  let descriptor: Int32

  /// Makes a switch that is off.
  public init() {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC.rawValue | EFD_NONBLOCK.rawValue))
    precondition(descriptor >= 0, "an event descriptor needs one free file descriptor")
  }

  deinit { _ = Glibc.close(descriptor) }

  /// Ends all waits, present and future. May be called from any thread, any number of times.
  public func interrupt() {
    // Only the first write matters; a full counter means that it was interrupted already.
    _ = eventfd_write(descriptor, 1)
  }

  /// True from the first ``interrupt()`` on.
  public var isInterrupted: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }
}
