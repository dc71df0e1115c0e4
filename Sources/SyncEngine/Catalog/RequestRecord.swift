import PostgresTypes

/// A row of `pgsyncd.requests`: what an operator asks of the service.
public struct RequestRecord: Hashable, Sendable {
  /// What is asked.
  public enum Command: String, Hashable, Sendable {
    /// Judge the table again and let it go on.
    case resume
    /// Stop the table.
    case pause
    /// Copy the table anew.
    case resync
    /// Carry out the migration that waits for approval.
    case approve
  }

  /// How a request ended.
  public enum Outcome: String, Hashable, Sendable {
    /// It was done, or is being done.
    case accepted
    /// It was looked at and not done: the table is still blocked.
    case refused
    /// It could not be looked at.
    case failed
  }

  /// Its number; requests are taken up in this order.
  public var id: Int64
  /// What is asked.
  public var command: Command
  /// Of which table.
  public var sourceOID: OID
  /// What was given along.
  public var arguments: RequestArguments
  /// The role that asked.
  public var requestedBy: String
  /// When.
  public var requestedAt: PostgresTimestamp
  /// When it was finished; nil while it is open.
  public var finishedAt: PostgresTimestamp?
  /// How it ended; nil while it is open.
  public var outcome: Outcome?
  /// What the operator is told.
  public var message: [String]

  /// Puts a request together.
  public init(
    id: Int64, command: Command, sourceOID: OID, arguments: RequestArguments = .none, requestedBy: String,
    requestedAt: PostgresTimestamp,
    finishedAt: PostgresTimestamp? = nil, outcome: Outcome? = nil, message: [String] = []
  ) {
    self.id = id
    self.command = command
    self.sourceOID = sourceOID
    self.arguments = arguments
    self.requestedBy = requestedBy
    self.requestedAt = requestedAt
    self.finishedAt = finishedAt
    self.outcome = outcome
    self.message = message
  }
}
