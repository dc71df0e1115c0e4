import Synchronization

/// What the pipeline's threads let others see of themselves.
final class StreamObservation: Sendable {
  private let moment = Mutex(PipelineObservation())

  /// The latest.
  var latest: PipelineObservation { moment.withLock { $0 } }

  /// Changes what is seen.
  func update(_ change: (inout PipelineObservation) -> Void) { moment.withLock { change(&$0) } }
}
