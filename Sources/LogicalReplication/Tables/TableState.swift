/// Where a replicated table is in its life.
///
/// | state | set by | its changes are | durable |
/// | --- | --- | --- | --- |
/// | `pending` | setup | not streamed yet | yes |
/// | `copying` | the first copy | behind the copy's snapshot, still at the source | yes |
/// | `copying` | resync, a table added later | parked; those in the copy's snapshot are dropped at its end | yes |
/// | `catchingUp` | resume, the end of a resync's copy | parked, and applied from there in order | yes |
/// | `streaming` | the end of the first copy, or of catching up | applied as they come | yes |
/// | `stopped` | drift, an apply error, the operator | parked | yes |
public enum TableState: String, Hashable, Sendable, Codable, CaseIterable {
  /// Set up, not copied yet.
  case pending
  /// Its rows are being copied.
  case copying
  /// Its parked changes are being applied; new ones still append to them.
  case catchingUp = "catching_up"
  /// Its changes are applied as they come.
  case streaming
  /// Its changes are parked.
  case stopped

  /// Where a change of a table in this state goes.
  public var destination: ChangeDestination {
    switch self {
    case .streaming: .apply
    case .catchingUp, .stopped, .pending, .copying: .park
    }
  }
}

/// Where a change goes.
public enum ChangeDestination: Sendable {
  /// To the target's table.
  case apply
  /// To the parked changes.
  case park
}
