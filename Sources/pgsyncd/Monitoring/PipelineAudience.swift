import SyncEngine

/// Several observers that hear the same, one after the other.
struct PipelineAudience: PipelineObserver {
  let members: [any PipelineObserver]

  func pipeline(_ event: PipelineEvent) {
    for member in members { member.pipeline(event) }
  }
}
