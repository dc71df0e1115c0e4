import PostgresClusters

/// Two servers on which one walk after the other takes place, each in databases of its own.
final class WalkLane: Sendable {
  let source: ThrowawayCluster
  let target: ThrowawayCluster

  init() throws {
    // A crash loses nothing that was committed, so the source must not promise what it has not written: its commits
    // are as durable as a killed process makes them. What autovacuum does and when is left out of the game.
    let options = ClusterOptions(settings: ["timezone": "UTC", "autovacuum": "off"])
    source = try ThrowawayCluster(options)
    target = try ThrowawayCluster(options)
  }
}
