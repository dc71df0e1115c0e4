import LibPQ
import PostgresClusters

/// The server that most tests share, and sessions on it.
enum TestServer {
  /// Started by the first test that needs it.
  static let shared: Result<ThrowawayCluster, any Error> = Result { try ThrowawayCluster() }

  static func cluster() throws -> ThrowawayCluster { try shared.get() }

  static func connect(
    applicationName: String = "LibPQTests", interruption: WaitInterruption? = nil
  ) throws -> PostgresConnection {
    try PostgresConnection(
      cluster().connectionSettings(), applicationName: applicationName, interruption: interruption)
  }

  /// Runs `body`, which has to fail, and returns its error.
  static func error(_ body: () throws -> Void) -> PostgresError? {
    do {
      try body()
      return nil
    } catch {
      return error as? PostgresError
    }
  }
}
