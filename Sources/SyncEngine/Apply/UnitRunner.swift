import LibPQ
import LogicalReplication
import PostgresTypes

/// Applies units and knows what to do when the target refuses one.
///
/// First the unit is taken back and tried again, one source transaction at a time, the refused table in exact order: an
/// INSERT whose key is taken then overwrites the row, and a conflict that only putting changes together had made is gone.
/// If the target refuses again, that table stops at the beginning of that transaction, and everything else goes on.
struct UnitRunner {
  /// A lock or a deadlock passes; so often a unit is tried again as it is.
  static let transientAttemptsMax = 6

  let applier: UnitApplier
  private var transientAttempts = 0

  init(applier: UnitApplier) { self.applier = applier }

  /// Applies segments that hold whole transactions, as one unit unless the target refuses that.
  ///
  /// - Returns: the target's WAL positions after the last commit; nil if there was nothing to commit.
  mutating func run(_ segments: [Segment]) throws -> (insert: LSN, flush: LSN)? {
    defer { succeeded() }
    while true {
      do {
        for segment in segments { try applier.read(segment) }
        return try applier.commit()
      } catch let failure as ApplyFailure {
        try recover(from: failure)
      } catch let refusal as RowRefusal {
        try recover(from: refusal)
      }
    }
  }

  /// The unit is done; the next one is tried in the ordinary way.
  mutating func succeeded() {
    applier.mode = UnitApplier.Mode()
    transientAttempts = 0
  }

  /// Takes the unit back and decides how it is tried again.
  ///
  /// - Throws: ``SyncError`` if another attempt would be no better.
  mutating func recover(from failure: ApplyFailure) throws {
    let transaction = applier.lastTransaction
    let name = applier.name(of: failure.table)
    try applier.abandon()
    guard let table = failure.table, let name, failure.isAboutTable else { throw SyncError(failure) }
    applier.forgetPlan(of: table)
    if failure.isTransient {
      transientAttempts += 1
      if transientAttempts <= Self.transientAttemptsMax { return }
    }
    if !applier.mode.commitsEachTransaction {
      applier.mode.commitsEachTransaction = true
      applier.mode.exactTables.insert(table)
    } else if applier.mode.exactTables.insert(table).inserted {
      // Another table than the first one is refused: it gets its attempt in exact order too.
    } else if let transaction {
      applier.directives.stop(
        table, at: transaction, TableStop(applyError: failure.error, table: name, lsn: transaction))
    }
  }

  /// Takes the unit back; the next attempt stops the table at that row and applies everything before it.
  func recover(from refusal: RowRefusal) throws {
    try applier.abandon()
    applier.directives.stop(at: refusal)
  }

  /// Applies a piece of a transaction that is larger than memory should hold; commits with its last piece.
  ///
  /// - Throws: ``SyncError/restart(_:)`` if the target refused something: the pieces before this one are gone, so the
  ///   stream has to be opened anew, and then does better because of the applier's directives.
  func run(piece: Segment) throws -> (insert: LSN, flush: LSN)? {
    do {
      try applier.read(piece)
      guard piece.endsAtCommit else {
        try applier.flush()
        try applier.session.collect()
        return nil
      }
      return try applier.commit()
    } catch let failure as ApplyFailure {
      let transaction = applier.lastTransaction
      let name = applier.name(of: failure.table)
      try applier.abandon()
      guard let table = failure.table, let name, let transaction, failure.isAboutTable,
        // A lock passes: the session is tried again from the beginning, with more and more time in between.
        !failure.isTransient
      else { throw SyncError(failure) }
      if applier.directives.isExact(table, in: transaction) {
        applier.directives.stop(
          table, at: transaction, TableStop(applyError: failure.error, table: name, lsn: transaction))
      } else {
        applier.directives.applyExactly(table, in: transaction)
      }
      throw SyncError.restart("the target refused a change of \(name) in the large transaction \(transaction)")
    } catch let refusal as RowRefusal {
      let name = applier.name(of: refusal.table)
      try recover(from: refusal)
      throw SyncError.restart(
        "\(name?.description ?? "a table") stops at a row of the large transaction \(refusal.transaction)")
    }
  }
}

extension ApplyFailure {
  /// False if the server as a whole is in trouble (disk full, shutting down, a lost connection): the table is not to blame,
  /// and a later attempt may succeed.
  var isAboutTable: Bool {
    if error.endsConnection { return false }
    return error.sqlState.map { !["53", "57", "58"].contains($0.conditionClass) } ?? true
  }

  /// True if the same attempt may succeed a moment later.
  var isTransient: Bool {
    switch error.sqlState {
    case .lockNotAvailable?, .deadlockDetected?, .serializationFailure?: true
    default: false
    }
  }
}

extension SyncError {
  /// A failure that concerns no table: it ends the session.
  init(_ failure: ApplyFailure) {
    // The only division in our statements is the one that checks the stored position.
    if failure.table == nil, failure.error.sqlState?.rawValue == "22012" {
      self = .fenced
    } else {
      self = .postgres(failure.error, during: "writing a batch")
    }
  }
}
