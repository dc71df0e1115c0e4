import Logging
import SyncConfiguration
import SyncEngine

/// The HTTP side of a running service: the pages, and what has to run for them.
///
/// Part of the control plane: a task that looks at the service every second, and two threads of its own. The service neither
/// knows them nor waits for them.
struct ServiceEndpoint {
  private let endpoint: HTTPEndpoint
  private let catalog: StatusMonitor
  private let watch: Task<Void, Never>

  /// Opens the endpoint where the settings say; nil if there is to be none.
  ///
  /// An address that somebody has asked for and that cannot be had is a failure. The default one may be taken, by another
  /// pipeline on this machine for example: that is said, and the service goes on without.
  ///
  /// - Parameter isService: false for a run that ends by itself: it listens only if it is told to.
  static func open(
    _ context: CommandContext, for service: PipelineService, collector: MetricsCollector, isService: Bool
  ) throws -> ServiceEndpoint? {
    let configuration = context.configuration
    let logger = context.logger()
    guard case .address(let text) = configuration.httpListen, isService || configuration.isHTTPListenGiven else {
      return nil
    }
    guard let address = ListenAddress(text) else {
      throw CommandFailure.usage("'\(text)' is not an address to listen on", hint: "write HOST:PORT, or off")
    }
    let catalog = StatusMonitor(target: try context.targetSettings(), pipeline: configuration.pipeline)
    let monitor = ServiceMonitor(
      service: service, collector: collector, catalog: catalog, pipeline: configuration.pipeline,
      labels: (configuration.metricsNamespace, configuration.metricsDeployment), logger: logger)
    do {
      let endpoint = try HTTPEndpoint(address) { monitor.answer($0) }
      try endpoint.start()
      try catalog.start()
      logger.info("metrics, health and status page on http://\(endpoint.address)/")
      return ServiceEndpoint(endpoint: endpoint, catalog: catalog, watch: Task { await monitor.watch() })
    } catch let error as ListeningSocket.CannotListen {
      guard !configuration.isHTTPListenGiven else {
        throw CommandFailure(
          .failed, error.description, hint: "choose another address with --http-listen or http.listen, or 'off'")
      }
      logger.warning("\(error); going on without metrics and status page (--http-listen chooses another address)")
      return nil
    }
  }

  /// Ends it; nothing is waited for.
  func close() {
    watch.cancel()
    catalog.stop()
    endpoint.stop()
  }
}
