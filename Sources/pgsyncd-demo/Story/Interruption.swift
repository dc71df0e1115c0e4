import Foundation
import Synchronization

/// SIGINT, SIGTERM and SIGHUP are noticed at the next wait, so that everything is cleaned up on the usual path.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether one of the signals has come.
  static var hasHappened: Bool { flag.load(ordering: .relaxed) }

  /// From now on the signals set a flag instead of ending the process.
  static func watch() {
    // The flag exists before a handler can touch it: making it takes a lock.
    _ = hasHappened
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) }
    }
    // A reader that went away (`make demo | head`) must not leave servers behind: the write fails and is ignored.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Throws once a signal has come.
  static func check() throws(DemoFailure) {
    if hasHappened { throw .interrupted }
  }
}
