/// By which means a drift was resolved: what `schema history` shows.
public enum DriftResolution: String, Hashable, Sendable, CaseIterable {
  /// The schemas fit again when the table was resumed.
  case fix
  /// The operator allows the difference, by a flag, in the file or along with `resume`.
  case override
  /// The schemas fit again at a start of the service.
  case restart
  /// The schemas fit again under the running service, which resumed the table by itself.
  case autoResume = "auto_resume"
  /// The change was repeated on the target at its place in the stream.
  case autoMigrate = "auto_migrate"
  /// The operator approved of the migration.
  case approve
  /// The table was copied anew.
  case resync
  /// The affected columns were read again from the source.
  case backfill
  /// The transaction that the target refused was dropped for the table.
  case skipTransaction = "skip_transaction"
  /// Whatever was in the way is gone.
  case resumed
}

extension DriftResolution {
  /// What a resumption of a stopped table amounts to.
  ///
  /// - Parameter isFixed: the schemas fit without anything that the operator allows.
  init(resuming record: TableRecord, by request: RequestRecord, _ isFixed: Bool) {
    if request.arguments.skippedTransaction != nil {
      self = .skipTransaction
    } else if request.arguments.readsColumnsAgain {
      self = .backfill
    } else if record.stopKind == .applyError {
      self = .resumed
    } else {
      self = isFixed ? .fix : .override
    }
  }
}
