import PostgresClusters
import PostgresTypes

extension PipelinePair {
  /// Sets the pipeline up, copies what is there, and stores what is allowed for tables (keys and values of `pgsyncd.yaml`, as JSON).
  func setUp(allowing overrides: [String: String]) throws {
    let ended = try run("setup")
    guard ended.exitCode == 0 else { throw ClusterError("setup failed\n\(ended)") }
    let synced = try run("sync", "--once")
    guard synced.exitCode == 0 else { throw ClusterError("the first sync failed\n\(synced)") }
    for (table, allowed) in overrides {
      let stored = try target.query(
        "UPDATE pgsyncd.tables SET overrides = $2::jsonb WHERE table_name = $1 RETURNING table_name", [table, allowed])
      guard stored == [[table]] else { throw ClusterError("there is no table \(table) to allow something for") }
    }
  }
}
