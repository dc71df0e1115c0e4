import LibPQ
import PostgresTypes

extension PipelineSetup {
  /// Creates the catalog and the publication and stores pipeline and tables, as planned.
  ///
  /// - Throws: ``SetupError/refused(_:)`` or ``SetupError/blocked(_:)`` if the plan cannot be carried out; then, as after
  ///   any other error, nothing has been stored or created.
  public func carryOut(_ plan: SetupPlan) throws(SetupError) {
    if let error = plan.error { throw error }
    if plan.isUnderWay { return }
    do throws(PostgresError) {
      try target.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
    } catch {
      throw .postgres(error, during: "storing the setup")
    }
    do throws(SetupError) {
      try write(plan)
    } catch {
      rollBack()
      throw error
    }
    do throws(PostgresError) {
      try target.execute("COMMIT")
    } catch {
      dropPublication(plan)
      throw .postgres(error, during: "storing the setup")
    }
  }

  private func write(_ plan: SetupPlan) throws(SetupError) {
    do throws(CatalogError) { try catalog.migrate() } catch { throw .catalog(error) }
    do throws(PostgresError) {
      try catalog.lockSetup()
      // Another process may have done all this while we waited; a pipeline that has begun stays as it is.
      if let record = try catalog.pipelineRecord(), record.phase != .setUp { return }
      try catalog.store(plan.pipeline, plan.tables.map(\.record))
      for table in plan.tables where !table.verdict.acceptedLosses.isEmpty {
        try catalog.setLosses(table.source.oid, table.verdict.acceptedLosses)
      }
    } catch {
      throw .postgres(error, during: "storing the setup")
    }
    guard case .create(_, let statement)? = plan.publication else { return }
    do throws(PostgresError) {
      try source.execute(statement)
    } catch {
      throw .postgres(error, during: "creating the publication")
    }
  }

  /// The error that led here is the one to report; a connection that is gone has rolled back by itself.
  private func rollBack() {
    if target.isAlive { try? target.execute("ROLLBACK") }
  }

  /// Takes back what was created for a setup that was not stored. If that fails too, the publication stays; the next
  /// setup uses it as it is.
  private func dropPublication(_ plan: SetupPlan) {
    guard case .create(let name, _)? = plan.publication, source.isAlive else { return }
    try? source.execute("DROP PUBLICATION \(SQLIdentifier.quoted(name))")
  }
}
