/// A throw-away cluster could not be made, started, stopped or did not come to a state in time.
public struct ClusterError: Error, Sendable, CustomStringConvertible {
  /// What happened, with the end of the log where that helps.
  public let description: String

  /// Wraps a message.
  public init(_ description: String) { self.description = description }
}
