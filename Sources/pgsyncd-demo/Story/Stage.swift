import LibPQ
import PostgresTypes

/// Everything that is there while the service runs.
struct Stage {
  let source: ShopDatabase
  let target: ShopDatabase
  let pgsyncd: Pgsyncd
  let traffic: ShopTraffic
  let service: ProgramRun

  /// Throws what has gone wrong beside the step that is being told: the traffic or the service has ended.
  func check() throws {
    _ = try traffic.totals()
    guard service.isRunning else { throw DemoFailure.broken("The service has ended by itself.") }
  }
}
