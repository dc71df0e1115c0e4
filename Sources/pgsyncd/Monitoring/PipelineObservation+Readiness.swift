import Observability
import SyncEngine

extension PipelineObservation {
  /// The moment as the judge of readiness takes it.
  var readiness: ReadinessObservation {
    var observation = ReadinessObservation(phase: phase, durableLSN: durableLSN, sourceLSN: sourceLSN)
    observation.piece = piece.map { .init(transaction: $0.transaction, bytes: $0.bytes) }
    observation.copiedBytes = copiedBytes
    observation.targetHeardAt = targetHeardAt
    observation.publicationSends = publicationSends
    observation.fullTable = fullTable?.sql
    observation.lastError = lastError
    return observation
  }

  private var phase: ReadinessObservation.Phase {
    if isStopping { return .stopping }
    switch (role, activity) {
    case (.standby, _): return .standby
    case (_, "reconnecting"): return .reconnecting
    case (.leader, "copying"): return .copying
    case (.leader, "streaming"): return .streaming
    case (.leader, "parking_full"): return .parkingFull
    default: return .starting
    }
  }
}
