import Glibc

/// Wakes one thread that waits in `poll`: an `eventfd` that any thread may signal.
///
/// Signals do not count: many before a wait are one wake-up. A signal is never lost, since the descriptor stays
/// readable until the owner clears it.
public final class WakeUp: Sendable {
  /// The descriptor to poll for reading.
  public let descriptor: Int32

  /// Makes a descriptor that is not signalled.
  public init() {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC.rawValue) | Int32(EFD_NONBLOCK.rawValue))
    precondition(descriptor >= 0, "eventfd failed: the process is out of file descriptors")
  }

  deinit { close(descriptor) }

  /// Wakes the owner, now or at its next wait.
  public func signal() {
    var one: UInt64 = 1
    // Only EAGAIN can come back (the counter is full), and then the descriptor is readable already.
    _ = write(descriptor, &one, 8)
  }

  /// Forgets the signals so far. Called by the owner after it woke and before it looks at what it waits for.
  public func clear() {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
  }

  /// What a wait found.
  public struct Readiness: Sendable {
    /// The socket has something to read, or has failed.
    public var socketReadable: Bool
    /// The wake-up was signalled; it has been cleared.
    public var woken: Bool
  }

  /// Waits until the socket is readable, the wake-up is signalled, or the time is over.
  ///
  /// - Parameters:
  ///   - socket: a descriptor to watch for input as well, or nil.
  ///   - milliseconds: at most so long; negative: for ever.
  @discardableResult
  public func wait(socket: Int32? = nil, milliseconds: Int32) -> Readiness {
    var descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    if let socket { descriptors.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
    let count = poll(&descriptors, UInt(descriptors.count), milliseconds)
    guard count > 0 else { return Readiness(socketReadable: false, woken: false) }
    let woken = descriptors[0].revents != 0
    if woken { clear() }
    return Readiness(socketReadable: descriptors.count > 1 && descriptors[1].revents != 0, woken: woken)
  }
}
