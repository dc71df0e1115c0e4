import LibPQ
import LogicalReplication
import Synchronization

/// Reads the pipeline's status from the catalog every few seconds, on a thread and a connection of its own: the body of
/// `status-monitor`.
///
/// It has nothing to do with the way of the rows: when the target hangs, only its readings grow old, and whoever shows them
/// sees how old they are.
public final class StatusMonitor: Sendable {
  /// A status, and when it was read.
  public struct Reading: Sendable {
    /// The status.
    public var status: PipelineStatus
    /// When it had been read.
    public var at: ContinuousClock.Instant
  }

  /// Time between two readings.
  private static let intervalMilliseconds: Int32 = 3000

  private let target: ConnectionSettings
  private let pipeline: String
  private let interruption = WaitInterruption()
  private let wake = WakeUp()
  private let stopRequested = Atomic(false)
  private let reading = Mutex<Reading?>(nil)

  /// Prepares to read; nothing happens before ``start()``.
  public init(target: ConnectionSettings, pipeline: String) {
    // A target that does not answer is told by the age of the last reading, and asked again.
    self.target = target.setting("connect_timeout", "5")
    self.pipeline = pipeline
  }

  /// The latest reading; nil before the first one, and while there is no such pipeline.
  public var latest: Reading? { reading.withLock { $0 } }

  /// Begins to read.
  public func start() throws(ThreadError) {
    // Nobody waits for its end: it holds nothing that has to be given back, and the process may go at any moment.
    _ = try NamedThread(name: "status-monitor") { self.run() }
  }

  /// Makes the thread end, whatever it waits for.
  public func stop() {
    stopRequested.store(true, ordering: .releasing)
    wake.signal()
    interruption.interrupt()
  }

  private func run() {
    var connection: PostgresConnection?
    while !stopRequested.load(ordering: .acquiring) {
      do {
        let open: PostgresConnection
        if let connection { open = connection } else { open = try connect() }
        connection = open
        let status = try StatusReader(open, pipeline: pipeline).read()
        reading.withLock { $0 = Reading(status: status, at: .now) }
      } catch CatalogError.noSuchPipeline {
        // Before the first setup there is nothing to show.
        reading.withLock { $0 = nil }
      } catch {
        // What is shown grows old, which says it; the service itself tells of a target that is in trouble.
        connection?.close()
        connection = nil
      }
      wake.wait(milliseconds: Self.intervalMilliseconds)
    }
    connection?.close()
  }

  private func connect() throws(PostgresError) -> PostgresConnection {
    try PostgresConnection(
      target, applicationName: "pgsyncd \(pipeline) monitor",
      session: .pinned.adding("statement_timeout", "10s").adding("lock_timeout", "2s"), interruption: interruption)
  }
}
