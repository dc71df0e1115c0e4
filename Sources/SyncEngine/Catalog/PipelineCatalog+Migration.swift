import LibPQ
import PostgresTypes

extension PipelineCatalog {
  /// What the database holds of the catalog.
  public func state() throws(PostgresError) -> CatalogState {
    let found = try connection.query(
      """
      SELECT EXISTS (
        SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'catalog_version' AND c.relkind = 'r')
      FROM pg_namespace n
      WHERE n.nspname = 'pgsyncd'
      """)
    if found.rowCount == 0 { return .absent }
    guard try found.onlyRow().flag(0) else { return .foreignSchema }
    let version = try connection.query("SELECT max(version) FROM pgsyncd.catalog_version")
    // A catalog_version without a row is no catalog of ours either.
    guard let number = try version.onlyRow().optionalInteger(0, as: Int.self) else { return .foreignSchema }
    return .version(number)
  }

  /// Brings the catalog to the version that this program works with; does nothing if it is there already.
  ///
  /// All steps happen in one transaction, or in the caller's if one is open. Processes that do this at the same time
  /// wait for each other.
  public func migrate() throws(CatalogError) {
    if try needsMigration() == false { return }
    let ownsTransaction = connection.transactionStatus == .idle
    do throws(PostgresError) {
      if ownsTransaction { try connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED") }
      // Held to the end of the transaction: the second of two processes finds the work done.
      try connection.execute(
        "SELECT pg_advisory_xact_lock(\(LeadershipLock.classKey), hashtext('pgsyncd catalog'))")
    } catch {
      throw abandon(.postgres(error), ownsTransaction)
    }
    do throws(CatalogError) {
      try carryOutMissingSteps()
    } catch {
      throw abandon(error, ownsTransaction)
    }
    if ownsTransaction {
      do throws(PostgresError) { try connection.execute("COMMIT") } catch { throw .postgres(error) }
    }
  }

  /// Refuses what this program cannot work with; true if steps are missing.
  private func needsMigration() throws(CatalogError) -> Bool {
    let state: CatalogState
    do throws(PostgresError) { state = try self.state() } catch { throw .postgres(error) }
    switch state {
    case .absent: return true
    case .foreignSchema: throw .foreignSchema
    case .version(let version):
      guard version <= CatalogMigration.currentVersion else {
        throw .newerThanBinary(catalogVersion: version, binaryVersion: CatalogMigration.currentVersion)
      }
      return version < CatalogMigration.currentVersion
    }
  }

  private func carryOutMissingSteps() throws(CatalogError) {
    guard try needsMigration() else { return }
    do throws(PostgresError) {
      var version = 0
      if case .version(let number) = try state() { version = number }
      for step in CatalogMigration.all where step.version > version {
        try connection.execute(step.sql)
        try connection.query(
          "INSERT INTO pgsyncd.catalog_version (version) VALUES ($1::integer)", [String(step.version)])
      }
    } catch {
      throw .postgres(error)
    }
  }

  /// Rolls back what this method began, and hands the error on: it is the one to report.
  private func abandon(_ error: CatalogError, _ ownsTransaction: Bool) -> CatalogError {
    if ownsTransaction, connection.transactionStatus != .idle { try? connection.execute("ROLLBACK") }
    return error
  }
}
