import LibPQ
import PostgresTypes

/// Removes a pipeline: its slot and publication on the source, its rows in the catalog, and the catalog itself with the
/// last pipeline. The replicated tables stay as they are.
///
/// The slot goes first, since it is what hurts when it is left behind; the rows go last, so that a teardown that was
/// interrupted can be run again.
public struct Teardown {
  /// What there is to remove.
  public struct Inventory: Hashable, Sendable {
    /// The slot, if it exists.
    public var slot: String?
    /// The publication, if it exists.
    public var publication: String?
    /// True if the catalog has the pipeline.
    public var hasPipeline: Bool
    /// How many changes are parked; they are lost with the pipeline.
    public var parkedChanges: Int64

    /// True if there is nothing to remove.
    public var isEmpty: Bool { slot == nil && publication == nil && !hasPipeline }
  }

  private let options: PipelineOptions
  private let source: PostgresConnection
  private let target: PostgresConnection

  /// Works over connections that the caller owns.
  public init(options: PipelineOptions, source: PostgresConnection, target: PostgresConnection) {
    self.options = options
    self.source = source
    self.target = target
  }

  private var catalog: PipelineCatalog { PipelineCatalog(target, pipeline: options.pipeline) }

  /// Looks, and removes nothing. The stored names of slot and publication count, else those of the options.
  public func inventory() throws(SetupError) -> Inventory {
    do throws(PostgresError) {
      let record = try catalog.pipelineRecordIfAny()
      let slot = try SlotState.find(record?.slot ?? options.slot, source)
      let publication = try Publication.find(record?.publication ?? options.publication, source)
      let parked = record == nil ? 0 : try catalog.parkedStatistics().values.reduce(0) { $0 + $1.changes }
      return Inventory(
        slot: slot?.name, publication: publication?.name, hasPipeline: record != nil, parkedChanges: parked)
    } catch {
      throw .postgres(error, during: "looking for what there is to remove")
    }
  }

  /// Removes what was found. Refused while a service leads the pipeline or somebody reads from the slot.
  public func run(_ inventory: Inventory) throws(SetupError) {
    try takeLead()
    // A connection that is gone has given the lead up by itself.
    defer { if target.isAlive { _ = try? target.query("SELECT pg_advisory_unlock(\(lead.sqlArguments))") } }
    do throws(PostgresError) {
      if let slot = inventory.slot { try source.query("SELECT pg_drop_replication_slot($1)", [slot]) }
    } catch {
      guard error.sqlState == .objectInUse else { throw .postgres(error, during: "dropping the slot") }
      throw .refused([
        SetupProblem(
          .failure, "The replication slot \(inventory.slot ?? "") is in use: \(error)", on: .source,
          advice: "Stop whoever reads from it, then run pgsyncd teardown again.")
      ])
    }
    do throws(PostgresError) {
      if let publication = inventory.publication {
        try source.execute("DROP PUBLICATION IF EXISTS \(SQLIdentifier.quoted(publication))")
      }
    } catch {
      throw .postgres(error, during: "dropping the publication")
    }
    guard inventory.hasPipeline else { return }
    do throws(PostgresError) {
      try target.execute("BEGIN")
      try catalog.deletePipeline()
      try catalog.dropIfUnused()
      try target.execute("COMMIT")
    } catch {
      if target.isAlive { try? target.execute("ROLLBACK") }
      throw .postgres(error, during: "removing the pipeline from the catalog")
    }
  }

  private var lead: LeadershipLock { LeadershipLock(pipeline: options.pipeline) }

  /// Nobody may lead the pipeline meanwhile.
  private func takeLead() throws(SetupError) {
    do throws(PostgresError) {
      let result = try target.query("SELECT pg_try_advisory_lock(\(lead.sqlArguments))")
      if try result.onlyRow().flag(0) { return }
    } catch {
      throw .postgres(error, during: "asking whether the service runs")
    }
    throw .refused([
      SetupProblem(
        .failure, "The service of the pipeline \(options.pipeline) is running", why: "It needs what would be removed",
        on: .command, advice: "Stop it first (SIGTERM).")
    ])
  }
}
