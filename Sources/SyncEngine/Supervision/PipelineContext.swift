import LibPQ
import SchemaDrift
import Synchronization

/// What all parts of a running pipeline share.
final class PipelineContext: Sendable {
  /// What the pipeline was told from outside.
  let options: PipelineOptions
  /// Who hears what happens.
  let observer: any PipelineObserver
  /// What the apply thread shows of itself.
  let observation = StreamObservation()
  /// What was learned of refused transactions.
  let directives = TransactionDirectives()
  /// Ends every wait of every connection; used when an orderly end takes too long.
  let interruption: WaitInterruption
  private let stop = Atomic(false)
  private let liveSettings: Mutex<(settings: LiveSettings, generation: Int)>

  init(options: PipelineOptions, observer: any PipelineObserver, interruption: WaitInterruption) {
    self.options = options
    liveSettings = Mutex((options.live, 0))
    self.observer = observer
    self.interruption = interruption
  }

  /// True once the service has been asked to end.
  var isStopping: Bool { stop.load(ordering: .acquiring) }

  /// Asks the service to end.
  func requestStop() { stop.store(true, ordering: .releasing) }

  /// What the file and the flags say now; the options hold what they said at the start.
  var live: LiveSettings { liveSettings.withLock { $0.settings } }

  /// How often the settings have been exchanged: whoever keeps something that follows from them compares it.
  var liveGeneration: Int { liveSettings.withLock { $0.generation } }

  /// Puts other settings in force.
  func exchange(_ settings: LiveSettings) {
    liveSettings.withLock { live in
      live.settings = settings
      live.generation += 1
    }
  }

  /// What the operator allows now.
  var policies: PolicyBook { liveSettings.withLock { $0.settings.policies } }

  /// Which drift is carried out on the target by itself.
  var migration: MigrationPolicy { live.migration }

  /// Tells what happened.
  func tell(_ event: PipelineEvent) { observer.pipeline(event) }

  /// The name that the servers show for one of our connections.
  func applicationName(_ role: String) -> String { "pgsyncd \(options.pipeline) \(role)" }

  /// The session on which changes are written to the target.
  ///
  /// Commits are asynchronous: the source is told only what the target has flushed. A lock that is held for longer than
  /// ten seconds fails the statement, and the unit is tried again.
  ///
  /// - Parameter actsAsReplica: triggers and foreign keys do not act.
  func applySession(actsAsReplica: Bool) -> SessionOptions {
    let session = SessionOptions.pinned.adding("synchronous_commit", "off").adding("lock_timeout", "10s")
      .adding("plan_cache_mode", "force_generic_plan").adding("jit", "off")
    return actsAsReplica ? session.adding("session_replication_role", "replica") : session
  }
}
