import Foundation
import Logging
import SyncEngine
import UnixSignals

/// Runs the service until it ends by itself or a signal ends it.
struct ServiceRun {
  let service: PipelineService
  let logger: Logger
  let screen: ErrorScreen
  let reload: SettingsReload

  /// How the service ended.
  func result() async -> PipelineExit {
    // A log that nobody reads any more must not end the service.
    signal(SIGPIPE, SIG_IGN)
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    let listener = Task { [service, logger, screen, reload] in
      var isStopping = false
      for await signal in signals {
        switch signal {
        case .sighup:
          // On a thread of its own, so that a signal that ends the service does not wait for a server's answer.
          Thread.detachNewThread { reload.run() }
        case _ where isStopping:
          logger.warning("ending at once")
          screen.flush(within: .milliseconds(200))
          // Not exit: no thread may be waited for, and everything durable is durable already.
          _exit(ExitStatus.failed.rawValue)
        default:
          isStopping = true
          logger.info("ending; a second signal ends it at once")
          service.requestStop()
        }
      }
    }
    defer { listener.cancel() }
    // The service blocks its thread, and a thread of the task pool must not be blocked.
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread { [service] in continuation.resume(returning: service.run()) }
    }
  }
}
