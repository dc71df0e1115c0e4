/// The only place where a table changes its state.
///
/// Whoever writes a state to the catalog asks here first, so that no sequence of requests, drifts and failures can
/// bring a table to a state that loses its place in the stream.
public struct TableStateMachine: Sendable, Hashable {
  /// What happens to a table.
  public enum Event: Sendable, Hashable, CaseIterable {
    /// A copy begins to read it: the first one, or one that replaces its rows while the others stream.
    case copyStarted
    /// The first copy is complete, for this table and all others.
    case copyFinished
    /// Its rows were copied while the others streamed; what was parked since then is to be applied.
    case copiedAnew
    /// A verdict, an apply error or the operator stops it.
    case stopped
    /// A stopped table was judged again and may go on.
    case resumed
    /// No parked change is left, at a commit boundary.
    case caughtUp
  }

  /// A table was told something that makes no sense in its state.
  public struct IllegalTransition: Error, Sendable, Hashable, CustomStringConvertible {
    /// The state that the table is in.
    public var state: TableState
    /// What it was told.
    public var event: Event

    /// What happened, for a developer.
    public var description: String { "a table that is \(state.rawValue) cannot take the event \(event)" }
  }

  /// The state now.
  public private(set) var state: TableState

  /// Starts where the catalog says.
  public init(state: TableState) { self.state = state }

  /// Moves on, or says why not and stays.
  public mutating func handle(_ event: Event) throws(IllegalTransition) {
    switch (state, event) {
    case (.pending, .copyStarted), (.streaming, .copyStarted), (.stopped, .copyStarted): state = .copying
    // Without a copy (`--no-copy`) a table goes from its setup to the stream.
    case (.pending, .copyFinished), (.copying, .copyFinished): state = .streaming
    case (.streaming, .stopped), (.catchingUp, .stopped), (.pending, .stopped), (.copying, .stopped): state = .stopped
    // Another reason replaces the one that is stored; the changes stay parked.
    case (.stopped, .stopped): state = .stopped
    case (.stopped, .resumed), (.copying, .copiedAnew): state = .catchingUp
    case (.catchingUp, .caughtUp): state = .streaming
    default: throw IllegalTransition(state: state, event: event)
    }
  }
}
