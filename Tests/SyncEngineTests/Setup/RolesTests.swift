import Foundation
import PostgresClusters
import Testing

@testable import SyncEngine

@Suite("The roles of sql/roles.sql")
struct RolesTests {
  @Test("have all that setup wants, and no more than that", arguments: ScratchDatabase.versions)
  func least(version: Int) throws {
    var pipeline = try ScratchPipeline(version)
    try pipeline.onBoth(
      "CREATE SCHEMA \"S x\"; CREATE TABLE public.t (id int PRIMARY KEY); CREATE TABLE \"S x\".u (id int PRIMARY KEY);")
    let reader = "reader \"of\" \(pipeline.options.pipeline)"
    let writer = "writer of \(pipeline.options.pipeline)"
    try run("source", role: reader, on: pipeline.source)
    try run("target", role: writer, on: pipeline.target)
    try pipeline.source.run(
      "CREATE PUBLICATION pub FOR TABLE public.t, \"S x\".u WITH (publish_via_partition_root = true)")
    pipeline.options.source = try pipeline.source.settings(user: reader)
    pipeline.options.target = try pipeline.target.settings(user: writer)
    let plan = try pipeline.setUp()
    #expect(plan.actsAsReplica == (version >= 15))
    #expect(plan.problems.map(\.description) == [])
    let roles = try pipeline.source.values(
      "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls) AND rolname LIKE '% of%'"
    )
    #expect(roles == [])
  }

  /// Runs the script as its first lines say.
  private func run(_ part: String, role: String, on database: ScratchDatabase) throws {
    let script = FileManager.default.temporaryDirectory.appending(path: "roles-\(UUID().uuidString).sql")
    try Data(PackageResources.roles_sql).write(to: script)
    defer { try? FileManager.default.removeItem(at: script) }
    let psql = Process()
    psql.executableURL = URL(filePath: database.cluster.installation.program("psql"))
    psql.arguments = [
      "-X", "-q", "-d", database.cluster.connectionString(database: database.name), "-v", "role=\(role)", "-v",
      "schemas=public, \"S x\"", "-v", "part=\(part)", "-f", script.path,
    ]
    try psql.run()
    psql.waitUntilExit()
    #expect(psql.terminationStatus == 0)
  }
}
