import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes

/// Two servers, a source and a target, and the pipeline between them; both end with the object.
final class PipelinePair: Sendable {
  let source: ThrowawayCluster
  let target: ThrowawayCluster

  /// Starts both servers.
  ///
  /// - Parameters:
  ///   - schema: SQL that is run on both sides.
  init(schema: String = "", source: ClusterOptions = ClusterOptions(), target: ClusterOptions = ClusterOptions()) throws
  {
    self.source = try ThrowawayCluster(source)
    self.target = try ThrowawayCluster(target)
    if !schema.isEmpty {
      try self.source.execute(schema)
      try self.target.execute(schema)
    }
  }

  /// The arguments that every command needs.
  var connection: [String] {
    ["--source", source.connectionString(), "--target", target.connectionString()]
  }

  /// Runs a command to its end.
  @discardableResult
  func run(_ arguments: String..., within seconds: Int = 60) throws -> Program.Ended {
    try Program.run(arguments + connection, within: seconds)
  }

  /// Starts the service.
  func startService(_ arguments: String...) throws -> Program {
    try Program(["sync"] + Self.listening(arguments) + connection)
  }

  /// Starts the service and waits until it streams.
  func startStreaming(_ arguments: String...) throws -> Program {
    let service = try Program(["sync"] + Self.listening(arguments) + connection)
    do {
      try target.waitFor("the catalog is there", trueOf: "SELECT to_regclass('pgsyncd.services') IS NOT NULL")
      try target.waitFor(
        "the service streams",
        trueOf: """
          SELECT count(*) = 1 FROM pgsyncd.services
          WHERE activity = 'streaming' AND pid = \(service.processIdentifier)
          """)
    } catch {
      throw ClusterError("\(error)\n\(service.log)")
    }
    return service
  }

  /// Many services run side by side in the tests, and only one of them could have the default address.
  private static func listening(_ arguments: [String]) -> [String] {
    arguments.contains("--http-listen") ? arguments : arguments + ["--http-listen", "off"]
  }

  /// Waits until everything that the source has committed is applied or parked.
  func waitForCatchUp(within limit: Duration = .seconds(30)) throws {
    let lsn = try source.query("SELECT pg_current_wal_flush_lsn()")[0][0] ?? "0/0"
    try target.waitFor(
      "the target has everything up to \(lsn)",
      trueOf: "SELECT bool_and(applied_lsn >= '\(lsn)') FROM pgsyncd.progress", within: limit)
  }

  /// Waits until a table is in a state: `streaming`, `stopped`, …
  func wait(for table: String, toBe state: String) throws {
    try target.waitFor(
      "\(table) is \(state)",
      trueOf: "SELECT coalesce(bool_and(state = '\(state)'), false) FROM pgsyncd.tables WHERE table_name = '\(table)'")
  }

  /// What `status --json` says of one table.
  func status(of table: String) throws -> [String: Any] {
    let ended = try run("status", "--json", "--table", table)
    guard let document = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any],
      let tables = document["tables"] as? [[String: Any]], let first = tables.first
    else { throw ClusterError("status --json printed no table\n\(ended)") }
    return first
  }

  /// Compares tables row by row; what differs, in words. Without names, all tables of the source outside of system schemas.
  func differences(_ tables: String...) throws -> [String] {
    let comparison = try RowComparison(source: source.connectionSettings(), target: target.connectionSettings())
    defer { comparison.close() }
    let pairs = try tables.isEmpty ? comparison.tables() : tables.map { TablePair(try Self.name($0)) }
    return try comparison.compare(pairs).filter { !$0.isEqual }.map(\.description)
  }

  private static func name(_ text: String) throws -> QualifiedName {
    guard let name = QualifiedName(parsing: text) else { throw ClusterError("\(text) is not a table's name") }
    return name
  }
}
