#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import Synchronization

/// An operating-system thread with a name, a body and a result.
///
/// The data plane blocks in libpq, so it runs on threads of its own and never on Swift's task pool, where one blocked
/// call would take a core away from everybody. A thread owns what it creates; it receives and returns only `Sendable`
/// values. It must be joined exactly once, by ``join()``; a thread that is never joined keeps its stack.
public final class NamedThread<Result: Sendable>: Sendable {
  /// The name that the system shows (`ps -L`, debuggers); Linux cuts it after 15 bytes.
  public let name: String

  private let handle: pthread_t
  private let outcome: Outcome

  /// Starts a thread that runs `body` and keeps what it returns for ``join()``.
  ///
  /// - Parameters:
  ///   - name: Shown by the system, at most 15 bytes of it.
  ///   - stackBytes: The size of its stack; signal handlers and libpq need little.
  ///   - body: Runs on the new thread. All signals are blocked there, so that they reach the threads that wait for them.
  /// - Throws: ``ThreadError`` if the system has no room for another thread.
  public init(
    name: String, stackBytes: Int = 1 << 20, body: @escaping @Sendable () -> Result
  ) throws(ThreadError) {
    let outcome = Outcome()
    let start = Unmanaged.passRetained(Start(name: name) { outcome.value.withLock { $0 = .some(body()) } })
    self.name = name
    self.outcome = outcome

    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackBytes)
    var handle = pthread_t()
    // A new thread inherits the mask of its creator: blocking everything around the call leaves no moment in which a
    // signal could be delivered to it.
    var everySignal = sigset_t()
    var previous = sigset_t()
    sigfillset(&everySignal)
    pthread_sigmask(SIG_SETMASK, &everySignal, &previous)
    let code = pthread_create(&handle, &attributes, { runStart($0) }, start.toOpaque())
    pthread_sigmask(SIG_SETMASK, &previous, nil)
    guard code == 0 else {
      start.release()
      throw ThreadError(name: name, errorNumber: code)
    }
    self.handle = handle
  }

  /// Waits until the body has returned and hands its result over. Call it once, from another thread.
  public func join() -> Result {
    let code = pthread_join(handle, nil)
    precondition(code == 0, "a thread is joined once, and never by itself (\(name): error \(code))")
    return outcome.value.withLock { value in
      guard let value else { preconditionFailure("a joined thread has run its body") }
      return value
    }
  }

  /// Where the body leaves its result: written by the thread, read after it has been joined.
  private final class Outcome: Sendable {
    let value = Mutex<Result?>(nil)
  }
}

/// What a new thread needs to begin; passed through `pthread_create` as a retained pointer.
private final class Start: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}

/// The C entry point of every thread.
private func runStart(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { preconditionFailure("a thread is started with its body") }
  let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
  announce(start.name)
  start.body()
  return nil
}

/// Gives the calling thread its name, by way of /proc because glibc keeps `pthread_setname_np` for `_GNU_SOURCE`.
///
/// The name is for people alone: where /proc is not mounted the thread runs without one.
private func announce(_ name: String) {
  guard let file = fopen("/proc/thread-self/comm", "w") else { return }
  // The kernel cuts a name after 15 bytes.
  fputs(name, file)
  fclose(file)
}
