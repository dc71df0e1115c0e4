import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes
import SchemaDrift
import Testing

@testable import SyncEngine

/// Two databases whose catalog says that two tables are streaming: what the commands see when the engine has done its
/// work. The engine itself is not needed for them.
final class PreparedPipeline {
  /// One server for all tests of this bundle.
  private static let server = Result { try ThrowawayCluster() }

  let cluster: ThrowawayCluster
  let source: String
  let target: String
  /// A session of the target that the test may use.
  let connection: PostgresConnection
  let catalog: PipelineCatalog

  init(pipeline: String = "pgsyncd") throws {
    cluster = try Self.server.get()
    let suffix = UUID().uuidString.prefix(8).lowercased()
    (source, target) = ("source_\(suffix)", "target_\(suffix)")
    for database in [source, target] {
      try cluster.createDatabase(database)
      try cluster.execute(
        """
        CREATE TABLE users (id bigint PRIMARY KEY, name text);
        CREATE SCHEMA shop;
        CREATE TABLE shop."Orders" (id bigint PRIMARY KEY, total numeric(10,2));
        """, database: database)
    }
    connection = try PostgresConnection(
      cluster.connectionSettings(database: target), applicationName: "test \(suffix)")
    catalog = PipelineCatalog(connection, pipeline: pipeline)
    try catalog.migrate()
    try catalog.insert(
      PipelineRecord(
        pipeline: pipeline, publication: "pgsyncd", slot: "pgsyncd", includeTables: ["*.*"], excludeTables: [],
        sourceSystemID: "1", sourceTimeline: 1, sourceDatabase: source))
    let reading = try PostgresConnection(cluster.connectionSettings(database: source), applicationName: "test")
    defer { reading.close() }
    let names = [QualifiedName(schema: "public", name: "users"), QualifiedName(schema: "shop", name: "Orders")]
    try catalog.insert(
      TableIntrospector(reading).tables(named: names).map {
        TableRecord(source: $0, sourceFingerprint: SchemaFingerprint(of: $0), targetFingerprint: nil)
      })
    try catalog.setPhase(.streaming)
    try catalog.setStates(from: [.pending], to: .streaming)
    try catalog.beginProgress(at: #require(LSN("0/16B9000")))
  }

  /// Runs the program against the two databases.
  func run(_ arguments: String..., withoutSource: Bool = false) throws -> Program.Outcome {
    var environment = ["PGSYNCD_TARGET": cluster.connectionString(database: target)]
    if !withoutSource { environment["PGSYNCD_SOURCE"] = cluster.connectionString(database: source) }
    return try Program.run(arguments, environment: environment)
  }

  /// A table's identity.
  func oid(_ name: String) throws -> OID {
    let found = try connection.query(
      "SELECT source_oid FROM pgsyncd.tables WHERE table_name = $1", [name])
    return try #require(found[0, 0].flatMap { OID($0) })
  }

  /// Stops `users` as a drift of the source would: it has a column more there.
  func drift() throws {
    try cluster.execute("ALTER TABLE users ADD COLUMN phone text", database: source)
    var stop = TableStop(
      kind: .schemaMismatch, reason: "source_added_column", error: "Source has new column 'phone' not in target",
      resolution: "Add column to target or use --skip-columns",
      fix: ["ALTER TABLE public.users ADD COLUMN phone text;"],
      message: ["[ERROR] Schema mismatch detected on public.users", "Source has new column: 'phone' (type: text)"])
    stop.lsn = LSN("0/16B3748")
    try catalog.stopTable(oid("users"), stop)
  }

  /// How many requests nobody has taken up.
  func openRequests() throws -> [RequestRecord] { try catalog.openRequests() }
}
