import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift
import Synchronization

/// Runs a pipeline: sets it up if need be, takes the lead, copies, and streams until told to stop.
///
/// The order of a start: connect, set up (first start), wait for the lead, copy under the slot's snapshot (first start),
/// prove that the stream goes on where the target is, judge every table, stream. When a connection is lost it begins again
/// with the connection; nothing is kept in memory that the target does not know.
public final class PipelineService: Sendable {
  /// An orderly end may take so long before every wait is broken off.
  private static let graceMilliseconds: Int32 = 7000

  private let context: PipelineContext
  private let wake = WakeUp()
  private let ended = WakeUp()
  private let watchdog = Mutex<NamedThread<Void>?>(nil)
  private let startedAt = PostgresTimestamp.now

  /// Makes a service that does nothing before ``run()``.
  ///
  /// - Parameters:
  ///   - options: what the pipeline is told from outside.
  ///   - events: hears what happens.
  public init(options: PipelineOptions, events: any PipelineObserver) {
    context = PipelineContext(options: options, observer: events, interruption: WaitInterruption())
  }

  /// The pipeline as it is at this moment; from any thread.
  public var observation: PipelineObservation { context.observation.latest }

  /// Asks the service to end: it finishes or takes back the open batch, confirms, and ``run()`` returns within ten
  /// seconds. May be called from any thread, any number of times.
  public func requestStop() {
    watchdog.withLock { thread in
      context.requestStop()
      context.observation.update { $0.isStopping = true }
      wake.signal()
      guard thread == nil else { return }
      let (ended, interruption) = (ended, context.interruption)
      // Without room for a thread the end is merely not hurried.
      thread = try? NamedThread(name: "stop-watch") {
        if !ended.wait(milliseconds: Self.graceMilliseconds).woken { interruption.interrupt() }
      }
    }
  }

  /// Puts other settings in force, from the next change on. May be called from any thread, any number of times.
  ///
  /// A streaming table is judged anew at its next change. A stopped table stays stopped until `resume`.
  public func exchange(_ settings: LiveSettings) {
    context.exchange(settings)
    wake.signal()
  }

  /// Runs until the end; blocks the calling thread.
  public func run() -> PipelineExit {
    let exit: PipelineExit
    do { exit = try lead() } catch { exit = context.isStopping && error.isInterruption ? .finished : .failed(error) }
    ended.signal()
    watchdog.withLock { $0.take() }?.join()
    return exit
  }

  private func lead() throws -> PipelineExit {
    var retry = RetryPolicy(isOnce: context.options.once)
    var isFirst = true
    var goal: LSN?
    while true {
      do {
        let apply = try connectTarget()
        defer { apply.connection.close() }
        if isFirst { try PipelineStart(context: context).setUpIfNeeded(apply.connection) }
        guard try Leadership(context: context).acquire(apply.connection) else { return .finished }
        let source = try connectSource()
        defer { source.close() }
        let start = PipelineStart(context: context)
        guard try start.copyIfNeeded(apply, source) else { return .finished }
        try start.checkContinuity(apply.connection, source)
        if goal == nil { goal = try start.goal(source) }
        let beginning = try CatalogWatch.Beginning(
          source: source, target: apply.connection, publication: context.options.publication)
        let session = try StreamingSession(
          context: context, apply: apply, wake: wake, published: start.publishedTables(source),
          isChosen: start.chosenTables(apply.connection), goal: goal, resumesStopped: isFirst, startedAt: startedAt,
          beginning: beginning)
        source.close()
        isFirst = false
        retry.succeeded()
        return try conclude(try session.run(), apply.connection)
      } catch {
        let error = try SyncError(of: error)
        if context.isStopping { return .finished }
        guard !isFirst, let delay = retry.delay(after: error) else { throw error }
        context.observation.update {
          $0.role = .starting
          $0.activity = "reconnecting"
          $0.lastError = error.description
        }
        guard delay > .zero else { continue }
        context.tell(.reconnecting(reason: error.description, afterSeconds: delay / .seconds(1)))
        let deadline = ContinuousClock.now + delay
        while !context.isStopping, ContinuousClock.now < deadline {
          wake.wait(milliseconds: Int32((deadline - .now) / .milliseconds(1)) + 1)
        }
        if context.isStopping { return .finished }
      }
    }
  }

  private func conclude(_ end: StreamingSession.End, _ target: PostgresConnection) throws(SyncError) -> PipelineExit {
    switch end {
    case .stopped: return .finished
    case .parkingFull(let table): return .blocked([table])
    case .reachedGoal:
      do {
        let tables = try PipelineCatalog(target, pipeline: context.options.pipeline).tables()
        let stopped = tables.filter { $0.state == .stopped }.map(\.name)
        return stopped.isEmpty ? .finished : .blocked(stopped)
      } catch {
        throw .catalog(error.description)
      }
    }
  }

  private func connectTarget() throws(SyncError) -> ApplyConnection {
    do { return try ApplyConnection(context, role: "apply") } catch {
      throw .postgres(error, during: "connecting to the target")
    }
  }

  private func connectSource() throws(SyncError) -> PostgresConnection {
    do {
      return try PostgresConnection(
        context.options.source, applicationName: context.applicationName("start"),
        session: .pinned.adding("lock_timeout", "10s"), interruption: context.interruption)
    } catch {
      throw .postgres(error, during: "connecting to the source")
    }
  }
}

extension SyncError {
  /// The same error as one of the engine's; anything that is not about servers and streams is thrown on.
  fileprivate init(of error: any Error) throws {
    switch error {
    case let error as SyncError: self = error
    case let error as PostgresError: self = .postgres(error, during: "working for the pipeline")
    case let error as ApplyFailure: self.init(error)
    case CatalogError.postgres(let error): self = .postgres(error, during: "working with the catalog")
    case SetupError.postgres(let error, let during): self = .postgres(error, during: during)
    case let error as CatalogError: self = .catalog(error.description)
    default: throw error
    }
  }
}

extension Error {
  /// True if a wait was broken off because the service ends.
  fileprivate var isInterruption: Bool {
    if case .postgres(let error, _)? = self as? SyncError { return error.kind == .interrupted }
    return false
  }
}
