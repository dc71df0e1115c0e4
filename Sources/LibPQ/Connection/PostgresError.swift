import PostgresTypes

/// What went wrong while talking to a server: where, what the server said, and whether the connection is still usable.
///
/// No field ever holds a password. ``message``, ``detail`` and ``context`` may quote row values, because the server
/// puts them there; ``description`` leaves values out and is what may go to a log.
public struct PostgresError: Error, Sendable, Equatable {
  /// Who refused, which decides what the caller can do next.
  public enum Kind: Sendable, Equatable {
    /// No connection came about: unreachable, refused, wrong password, no such database.
    case connectionFailed
    /// The connection broke or the server ended it; nothing more can be done on it and whether the last
    /// statement took effect is unknown.
    case connectionLost
    /// The server reported an error; the connection is alive.
    case server
    /// The call made no sense or the connection string is malformed; nothing was sent.
    case usage
    /// A ``WaitInterruption`` ended the wait from another thread; the connection has to be closed.
    case interrupted
  }

  /// Who refused.
  public var kind: Kind
  /// The primary message, usually one line.
  public var message: String
  /// The condition's code. A connection that failed without a word from the server has 08001, one that broke 08006.
  public var sqlState: SQLState?
  /// The server's secondary message; it may quote a row.
  public var detail: String?
  /// The server's, or libpq's, suggestion.
  public var hint: String?
  /// The call stack or the place in a COPY where the error arose; it may quote a row.
  public var context: String?
  /// The schema that the condition belongs to, if it belongs to one.
  public var schemaName: String?
  /// The table that the condition belongs to, if it belongs to one.
  public var tableName: String?
  /// The column that the condition belongs to, if it belongs to one.
  public var columnName: String?
  /// The data type that the condition belongs to, if it belongs to one.
  public var dataTypeName: String?
  /// The constraint that the condition belongs to, if it belongs to one.
  public var constraintName: String?
  /// The character position in the statement's text, counted from 1, if the server named one.
  public var position: Int?
  /// `host:port/database`, or `/socket/folder:port/database`.
  public var endpoint: String
  /// What the caller called the statement, if it named it.
  public var statementLabel: String?

  /// Makes an error from its main parts; the remaining fields start out empty.
  public init(
    kind: Kind, message: String, sqlState: SQLState? = nil, detail: String? = nil, hint: String? = nil,
    endpoint: String, statementLabel: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.sqlState = sqlState
    self.detail = detail
    self.hint = hint
    self.endpoint = endpoint
    self.statementLabel = statementLabel
  }

  /// True if the connection that this error came from has to be closed.
  public var endsConnection: Bool {
    switch kind {
    case .connectionFailed, .connectionLost, .interrupted: true
    case .server, .usage: false
    }
  }
}

extension PostgresError: CustomStringConvertible {
  /// Endpoint, message, code and hint in one line, fit for a log: ``messageWithoutValues``, no detail, no context.
  public var description: String {
    var text = endpoint.isEmpty ? "" : endpoint + ": "
    switch kind {
    case .connectionFailed: text += "could not connect: "
    case .connectionLost: text += "connection lost: "
    case .server, .usage, .interrupted: break
    }
    text += messageWithoutValues
    if let sqlState { text += " (SQLSTATE \(sqlState))" }
    if let statementLabel { text += " in \(statementLabel)" }
    if let hint { text += "; hint: \(hint)" }
    return text
  }

  /// The primary message with what stands in double quotes taken out when the condition is a data exception
  /// (class 22), because there the quoted text is a value: `invalid input syntax for type integer: "…"`.
  public var messageWithoutValues: String {
    guard sqlState?.conditionClass == "22" else { return message }
    // A value may itself contain quotes, so everything from the first quote to the last one goes.
    guard let first = message.firstIndex(of: "\""), let last = message.lastIndex(of: "\""), first < last else {
      return message
    }
    return message[...first] + "…" + message[last...]
  }
}
