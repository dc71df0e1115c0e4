/// How a table fares: the `status` of a table in the output of `pgsyncd status`.
public enum TableCondition: String, Codable, CaseIterable, Sendable {
  /// It streams, and both sides agree.
  case ok
  /// It streams, with something to know.
  case warning
  /// It streams, but rows may differ for a reason that the stream could not carry.
  case needsRepair = "needs_repair"
  /// It is stopped because the schemas do not fit; its changes are parked.
  case schemaMismatch = "schema_mismatch"
  /// It is stopped because the target refused a change.
  case applyError = "apply_error"
  /// It is stopped until a migration is approved.
  case pendingApproval = "pending_approval"
  /// It is stopped because an operator said so.
  case paused
  /// Its first copy is not complete; the worker `pending` says that it has not begun.
  case copying
  /// Its parked changes are being applied.
  case catchingUp = "catching_up"
}

extension TableCondition {
  /// Follows from what the catalog holds of a table.
  ///
  /// - Parameters:
  ///   - stopKind: why it is stopped (`pgsyncd.tables.stop_kind`); counts only while the worker is stopped.
  ///   - needsRepair: why rows may differ.
  ///   - hasWarnings: whether there is anything to know.
  public init(worker: TableState, stopKind: String?, needsRepair: String?, hasWarnings: Bool) {
    switch worker {
    case .pending, .copying: self = .copying
    case .catchingUp: self = .catchingUp
    case .streaming: self = needsRepair != nil ? .needsRepair : hasWarnings ? .warning : .ok
    case .stopped: self = stopKind.flatMap(TableCondition.init(rawValue:)) ?? .schemaMismatch
    }
  }

  /// True if the table's changes are parked until someone acts.
  public var isStopped: Bool {
    switch self {
    case .schemaMismatch, .applyError, .pendingApproval, .paused: true
    case .ok, .warning, .needsRepair, .copying, .catchingUp: false
    }
  }
}
