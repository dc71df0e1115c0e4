import LibPQ
import PostgresClusters
import PostgresTypes
import SchemaDrift
import Synchronization

@testable import SyncEngine

/// A source database and a target database on two servers, with a publication, and a pipeline that is set up.
///
/// The servers are shared by all tests of a version; databases and slots are a test's own.
final class CopyScene: Sendable {
  let source: ThrowawayCluster
  let target: ThrowawayCluster
  let name: String

  private static let pairs = Mutex<[Int: Result<Pair, ClusterError>]>([:])
  private static let counter = Atomic(0)

  private struct Pair: Sendable {
    let source: ThrowawayCluster
    let target: ThrowawayCluster
  }

  /// Makes the databases and runs the statements in them; without statements of its own the target gets the source's.
  init(
    version: Int? = nil, on source: ThrowawayCluster? = nil, source sourceSQL: String, target targetSQL: String? = nil,
    rows: String = "", publication: String = "FOR ALL TABLES"
  ) throws {
    let pair = try Self.pair(version)
    self.source = source ?? pair.source
    target = pair.target
    name = "copy_\(Self.counter.add(1, ordering: .relaxed).newValue)"
    try self.source.createDatabase(name)
    try target.createDatabase(name)
    try self.source.execute(sourceSQL, database: name)
    try self.source.execute(rows, database: name)
    try self.source.execute("CREATE PUBLICATION p \(publication)", database: name)
    try self.source.execute(
      "ALTER PUBLICATION p SET (publish_via_partition_root = true)", database: name)
    try target.execute(targetSQL ?? sourceSQL, database: name)
  }

  private static func pair(_ version: Int?) throws -> Pair {
    let version = try version ?? PostgresInstallation.installation().majorVersion
    return try pairs.withLock { pairs in
      if let pair = pairs[version] { return try pair.get() }
      let pair = Result { () throws(ClusterError) in
        let options = ClusterOptions(majorVersion: version, settings: ["max_connections": "100"])
        return Pair(source: try ThrowawayCluster(options), target: try ThrowawayCluster(options))
      }
      pairs[version] = pair
      return try pair.get()
    }
  }

  func context(
    _ observer: CopyObserver = CopyObserver(), user: String = "postgres", sourceUser: String = "postgres",
    _ change: (inout PipelineOptions) -> Void = { _ in }
  ) throws -> PipelineContext {
    var options = PipelineOptions(
      source: try source.connectionSettings(database: name, user: sourceUser),
      target: try target.connectionSettings(database: name, user: user), pipeline: name, publication: "p", slot: name)
    change(&options)
    return PipelineContext(options: options, observer: observer, interruption: WaitInterruption())
  }

  /// Sets the pipeline up if it is not, leads it, and runs the first sync to its end.
  func sync(_ context: PipelineContext, leads: Bool = true) throws -> Bool {
    let leader = try ApplyConnection(context, role: "apply").connection
    defer { leader.close() }
    if leads {
      try leader.execute("SELECT pg_advisory_lock(\(LeadershipLock(pipeline: name).sqlArguments))")
    }
    let tables = try tables(leader, policies: context.policies)
    let catalog = PipelineCatalog(leader, pipeline: name)
    try catalog.migrate()
    if try catalog.pipelineRecord() == nil {
      try catalog.insert(
        PipelineRecord(
          pipeline: name, publication: "p", slot: name, includeTables: ["*.*"], excludeTables: [],
          sourceSystemID: "1", sourceTimeline: 1, sourceDatabase: name))
      try catalog.insert(
        tables.map { table in
          TableRecord(
            source: table.source, sourceFingerprint: SchemaFingerprint(of: table.source), targetFingerprint: nil)
        })
    }
    return try InitialSync(context: context, target: leader).run(tables: tables)
  }

  /// As ``sync(_:leads:)``, on a thread.
  func syncInBackground(_ context: PipelineContext) throws -> NamedThread<Result<Bool, any Error>> {
    try NamedThread(name: "test-sync") { Result { try self.sync(context) } }
  }

  private func tables(_ leader: PostgresConnection, policies: PolicyBook) throws -> [CopyTable] {
    let connection = try PostgresConnection(
      source.connectionSettings(database: name), applicationName: "copy test")
    defer { connection.close() }
    let published = try TableIntrospector(connection).publishedTables("p")
    let targets = try TableIntrospector(leader).tables(named: published.map(\.name))
    return try published.map { table in
      guard let other = targets.first(where: { $0.name == table.name }) else { throw Missing(table: table.name) }
      let verdict = Judgement(source: table, target: other, policy: policies.policy(for: table.name)).verdict()
      guard verdict.outcome != .blocked else { throw Missing(table: table.name) }
      return CopyTable(source: table, target: other, verdict: verdict)
    }
  }

  struct Missing: Error {
    let table: QualifiedName
  }

  // MARK: What came of it

  /// Every table's difference, as text; empty if the databases hold the same rows.
  func differences(_ pairs: [TablePair]? = nil) throws -> [String] {
    let comparison = try RowComparison(
      source: source.connectionSettings(database: name), target: target.connectionSettings(database: name))
    defer { comparison.close() }
    return try comparison.compare(pairs).filter { !$0.isEqual }.map(\.description)
  }

  func onSource(_ sql: String) throws -> [[String?]] { try source.query(sql, database: name) }
  func onTarget(_ sql: String) throws -> [[String?]] { try target.query(sql, database: name) }

  var phase: String? { get throws { try onTarget("SELECT phase FROM pgsyncd.pipelines")[0][0] } }
  var states: [String] {
    get throws { try onTarget("SELECT DISTINCT state FROM pgsyncd.tables ORDER BY 1").compactMap { $0[0] } }
  }
  var slots: Int {
    get throws {
      try source.query("SELECT FROM pg_replication_slots WHERE slot_name = $1", [name]).count
    }
  }
  var sessions: Int {
    get throws {
      try source.query("SELECT FROM pg_stat_activity WHERE application_name LIKE 'pgsyncd \(name) %'").count
        + target.query("SELECT FROM pg_stat_activity WHERE application_name LIKE 'pgsyncd \(name) %'").count
    }
  }
}
