import Foundation
import LibPQ
import PostgresClusters
import Synchronization

/// A database of its own on a throw-away server that all tests of one version share.
final class ScratchDatabase: Sendable {
  let name: String
  let cluster: ThrowawayCluster

  private static let clusters = Mutex<[Int: Result<ThrowawayCluster, ClusterError>]>([:])
  private static let counter = Atomic(0)

  /// The versions that were found on this machine.
  static var versions: [Int] { PostgresInstallation.available.map(\.majorVersion) }

  /// The version that tests run on which do not care.
  static var usualVersion: Int? { try? PostgresInstallation.installation().majorVersion }

  /// Creates a database on the shared server of a version, or on a server of the test's own.
  init(_ version: Int? = nil, on cluster: ThrowawayCluster? = nil) throws {
    self.cluster = try cluster ?? Self.shared(version)
    name = "scratch_\(Self.counter.add(1, ordering: .relaxed).newValue)"
    try self.cluster.createDatabase(name)
  }

  func settings(user: String = "postgres", password: String? = nil) throws -> ConnectionSettings {
    try cluster.connectionSettings(database: name, user: user, password: password)
  }

  /// A session as pgsyncd opens it.
  func connect(user: String = "postgres") throws -> PostgresConnection {
    try PostgresConnection(settings(user: user), applicationName: "pgsyncd test")
  }

  func run(_ sql: String) throws {
    let connection = try connect()
    defer { connection.close() }
    try connection.execute(sql)
  }

  /// The first column of all rows.
  func values(_ sql: String) throws -> [String?] {
    let connection = try connect()
    defer { connection.close() }
    let result = try connection.query(sql)
    return (0..<result.rowCount).map { result[$0, 0] }
  }

  private static func shared(_ version: Int?) throws -> ThrowawayCluster {
    let version = try version ?? PostgresInstallation.installation().majorVersion
    return try clusters.withLock { clusters in
      if let cluster = clusters[version] { return try cluster.get() }
      let cluster = Result { () throws(ClusterError) in
        try ThrowawayCluster(
          ClusterOptions(
            majorVersion: version,
            settings: ["max_connections": "200", "max_replication_slots": "60", "max_wal_senders": "60"]))
      }
      clusters[version] = cluster
      return try cluster.get()
    }
  }
}
