import LibPQ
import PostgresTypes
import Testing

@testable import SyncEngine

@Suite("Tearing a pipeline down")
struct TeardownTests {
  private func pipelineWithSlot() throws -> ScratchPipeline {
    let pipeline = try ScratchPipeline()
    try pipeline.onBoth("CREATE TABLE public.t (id int PRIMARY KEY); INSERT INTO public.t VALUES (1)")
    try pipeline.setUp()
    try pipeline.source.run(
      "SELECT pg_create_logical_replication_slot(\(SQLLiteral.quoted(pipeline.options.slot)), 'pgoutput')")
    return pipeline
  }

  private func teardown(_ pipeline: ScratchPipeline) throws -> Teardown {
    Teardown(options: pipeline.options, source: try pipeline.source.connect(), target: try pipeline.target.connect())
  }

  private func schemas(_ pipeline: ScratchPipeline) throws -> [String?] {
    try pipeline.target.values("SELECT nspname FROM pg_namespace WHERE nspname = 'pgsyncd'")
  }

  @Test("removes slot, publication and catalog, and leaves the tables")
  func everything() throws {
    let pipeline = try pipelineWithSlot()
    let teardown = try teardown(pipeline)
    let inventory = try teardown.inventory()
    #expect(inventory.slot == pipeline.options.slot && inventory.publication == "pub" && inventory.hasPipeline)
    try teardown.run(inventory)
    #expect(try self.teardown(pipeline).inventory().isEmpty)
    #expect(try schemas(pipeline) == [])
    #expect(try pipeline.target.values("SELECT count(*) FROM public.t") == ["1"])
    // What is gone already is no error, and the pipeline can be set up again.
    try self.teardown(pipeline).run(inventory.hasPipeline ? self.teardown(pipeline).inventory() : inventory)
    try pipeline.setUp()
  }

  @Test("leaves other pipelines alone, and whatever else is in the schema")
  func others() throws {
    let pipeline = try pipelineWithSlot()
    var other = pipeline
    other.options.pipeline = "other"
    other.options.publication = "pub2"
    try other.setUp()
    let first = try teardown(pipeline)
    try first.run(first.inventory())
    #expect(try other.tables().count == 1)
    try other.target.run("CREATE TABLE pgsyncd.notes (id int)")
    let second = try teardown(other)
    try second.run(second.inventory())
    #expect(try schemas(pipeline) == ["pgsyncd"])
    #expect(
      try other.target.values(
        "SELECT relname FROM pg_class WHERE relnamespace = 'pgsyncd'::regnamespace AND relkind = 'r'")
        == ["notes"])
  }

  @Test("is refused while the service leads, and while somebody reads from the slot")
  func inUse() throws {
    let pipeline = try pipelineWithSlot()
    let leader = try pipeline.target.connect()
    try leader.execute(
      "SELECT pg_advisory_lock(\(LeadershipLock(pipeline: pipeline.options.pipeline).sqlArguments))")
    let teardown = try teardown(pipeline)
    #expect(throws: SetupError.self) { try teardown.run(teardown.inventory()) }
    #expect(try teardown.inventory().slot != nil)
    leader.close()
    try pipeline.target.cluster.waitFor(
      "the lead to be free",
      trueOf: "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND database = "
        + "(SELECT oid FROM pg_database WHERE datname = '\(pipeline.target.name)')")
    let reader = try ReplicationConnection(pipeline.options.source, applicationName: "reader")
    try reader.startLogicalReplication(
      slot: pipeline.options.slot, from: .zero, options: [("proto_version", "1"), ("publication_names", "pub")])
    #expect(throws: SetupError.self) { try teardown.run(teardown.inventory()) }
    #expect(try pipeline.record() != nil)
    reader.close()
    try pipeline.source.cluster.waitFor(
      "the slot to be free",
      trueOf: "SELECT NOT active FROM pg_replication_slots WHERE slot_name = '\(pipeline.options.slot)'")
    try teardown.run(teardown.inventory())
    #expect(try pipeline.record() == nil)
  }
}
