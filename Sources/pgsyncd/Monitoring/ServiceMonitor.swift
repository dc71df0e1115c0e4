import Logging
import LogicalReplication
import Observability
import SyncEngine
import Synchronization

/// Watches a running service for its HTTP pages: counts, reads the catalog now and then, and judges every second whether the
/// service makes progress.
final class ServiceMonitor: Sendable {
  /// A reading that is older says nothing of the pipeline any more.
  private static let readingAgeMax = Duration.seconds(30)
  /// The judge looks this often.
  private static let interval = Duration.seconds(1)

  private let service: PipelineService
  private let collector: MetricsCollector
  private let catalog: StatusMonitor
  private let pipeline: String
  private let labels: (namespace: String, deployment: String)
  private let logger: Logger
  private let state = Mutex((judge: ReadinessJudge(), lag: LagClock()))

  /// - Parameters:
  ///   - catalog: reads the status; it is started and stopped by whoever made it.
  ///   - labels: stand on every sample of the metrics.
  init(
    service: PipelineService, collector: MetricsCollector, catalog: StatusMonitor, pipeline: String,
    labels: (namespace: String, deployment: String), logger: Logger
  ) {
    self.service = service
    self.collector = collector
    self.catalog = catalog
    self.pipeline = pipeline
    self.labels = labels
    self.logger = logger
  }

  /// Looks at the service every second until the task is cancelled, and tells when its readiness changes.
  func watch() async {
    // A start is not ready, and that is no news.
    var wasReady = false
    while !Task.isCancelled {
      let readiness = readiness()
      if readiness.isReady != wasReady {
        wasReady = readiness.isReady
        if wasReady {
          logger.info("ready: \(readiness.explanation)")
        } else if !service.observation.isStopping {
          logger.warning("not ready: \(readiness.explanation)")
        }
      }
      // Cancelled in its sleep, the loop ends by its condition.
      try? await Task.sleep(for: Self.interval)
    }
  }

  /// How things stand at this moment.
  func readiness() -> Readiness {
    let now = ContinuousClock.now
    let observation = service.observation.readiness
    return state.withLock { state in
      state.judge.observe(observation, at: now)
      state.lag.observe(source: observation.sourceLSN, durable: observation.durableLSN, at: now)
      return state.judge.verdict(at: now)
    }
  }

  /// The pages by their paths.
  func answer(_ path: String) -> EndpointAnswer? {
    switch path {
    case "/metrics": metrics
    case "/healthz": .text(200, "alive")
    case "/readyz": ready
    case "/": page
    default: nil
    }
  }

  private var metrics: EndpointAnswer {
    let reading = catalog.latest
    let observation = service.observation
    let isFresh = reading.map { ContinuousClock.now - $0.at <= Self.readingAgeMax } ?? false
    var page = MetricsPage(
      namespace: labels.namespace, deployment: labels.deployment, counters: collector.counters,
      isLeader: observation.role == .leader, status: isFresh ? reading?.status : nil)
    page.lag = lag(isFresh ? reading : nil)
    return EndpointAnswer(status: 200, contentType: PrometheusText.contentType, body: page.text)
  }

  /// The lag at this moment, also while the target does not answer. Of what was there before this process only the
  /// catalog knows the age.
  private func lag(_ reading: StatusMonitor.Reading?) -> PipelineLag {
    var lag = state.withLock { $0.lag.lag(at: .now) }
    if let seconds = lag.seconds, seconds > 0 { lag.seconds = max(seconds, reading?.status.lagSeconds ?? 0) }
    return lag
  }

  private var ready: EndpointAnswer {
    let readiness = readiness()
    return .text(readiness.isReady ? 200 : 503, (readiness.isReady ? "ready: " : "not ready: ") + readiness.explanation)
  }

  private var page: EndpointAnswer {
    let reading = catalog.latest
    var status = reading?.status
    if service.observation.role == .leader {
      let lag = lag(reading)
      if let bytes = lag.bytes { status?.lagBytes = bytes }
      if let seconds = lag.seconds { status?.lagSeconds = seconds }
    }
    let page = StatusPage(
      pipeline: pipeline, status: status,
      ageSeconds: reading.map { (ContinuousClock.now - $0.at) / .seconds(1) }, readiness: readiness())
    return EndpointAnswer(
      status: 200, contentType: "text/html; charset=utf-8", body: page.html,
      headers: ["Content-Security-Policy": StatusPage.contentSecurityPolicy])
  }
}
