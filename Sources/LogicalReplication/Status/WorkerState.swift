/// What the apply worker of a table does: the table's state in the catalog (`pgsyncd.tables.state`).
public enum WorkerState: String, Codable, CaseIterable, Sendable {
  /// Its copy has not begun.
  case pending
  /// It is being copied.
  case copying
  /// Its parked changes are being applied.
  case catchingUp = "catching_up"
  /// Changes are applied as they come.
  case streaming
  /// Changes are parked.
  case stopped
}
