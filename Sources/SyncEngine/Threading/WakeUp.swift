import Glibc

/// Wakes one thread that waits in `poll`: a pipe that any thread may write to.
///
/// Signals do not count: many before a wait are one wake-up. A signal is never lost, since the pipe stays readable until
/// the owner empties it.
public final class WakeUp: Sendable {
  private let readEnd: Int32
  private let writeEnd: Int32

  /// Makes a wake-up that is not signalled.
  public init() {
    var ends: [Int32] = [-1, -1]
    let code = pipe(&ends)
    precondition(code == 0, "a wake-up needs two free file descriptors")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// Wakes the owner, now or at its next wait.
  public func signal() {
    var one: UInt8 = 1
    // Only EAGAIN can come back (the pipe is full), and then it is readable already.
    _ = write(writeEnd, &one, 1)
  }

  /// Forgets the signals so far. Called by the owner after it woke and before it looks at what it waits for.
  public func clear() {
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
      while read(readEnd, buffer.baseAddress, buffer.count) == buffer.count {}
    }
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
    var descriptors = [pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)]
    if let socket { descriptors.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
    let count = poll(&descriptors, UInt(descriptors.count), milliseconds)
    guard count > 0 else { return Readiness(socketReadable: false, woken: false) }
    let woken = descriptors[0].revents != 0
    if woken { clear() }
    return Readiness(socketReadable: descriptors.count > 1 && descriptors[1].revents != 0, woken: woken)
  }
}
