internal import CLibPQ

extension PostgresConnection {
  /// Runs one or several statements by the simple protocol and drops their results. Several statements in one text
  /// form a transaction unless they say otherwise.
  public func execute(_ sql: String, label: String? = nil) throws(PostgresError) {
    try requireNothingInProgress()
    try link.run(sql, label: label)
  }

  /// Runs a statement and returns its result, of several statements the last one's.
  ///
  /// With parameters (`$1`, `$2`, …; nil is NULL) the extended protocol is used, which takes one statement only. All
  /// rows are held in memory; ``startCopyOut(_:label:)`` is for large results.
  @discardableResult
  public func query(_ sql: String, _ parameters: [String?] = [], label: String? = nil) throws(PostgresError)
    -> QueryResult
  {
    guard !parameters.isEmpty else {
      try requireNothingInProgress()
      return QueryResult(try link.run(sql, label: label))
    }
    scratchParameters.removeAll(keepingCapacity: true)
    for parameter in parameters { scratchParameters.append(text: parameter) }
    return try query(sql, bound: scratchParameters, label: label)
  }

  /// Runs a statement by the extended protocol with parameters that may be binary.
  @discardableResult
  public func query(_ sql: String, bound parameters: BoundParameters, label: String? = nil) throws(PostgresError)
    -> QueryResult
  {
    try requireNothingInProgress()
    try link.requireNoNUL(sql, in: "an SQL text")
    try requireSendable(parameters, label: label)
    let connection = try link.handle()
    let isSent = parameters.withCArrays { arrays in
      PQsendQueryParams(
        connection, sql, arrays.count, arrays.types, arrays.values, arrays.lengths, arrays.formats, 0)
    }
    guard isSent == 1 else { throw link.refused() }
    return QueryResult(try link.finish(label: label))
  }

  /// The notifications that have arrived. Takes in what the socket has and does not block.
  ///
  /// To wait for one, `poll` ``socket`` first.
  public func notifications() throws(PostgresError) -> [(channel: String, payload: String, pid: Int32)] {
    // What arrived before the connection broke is still handed out; the next call then says that it broke.
    let isAlive = try link.consumeInput()
    var notifications: [(channel: String, payload: String, pid: Int32)] = []
    while let notification = PQnotifies(try link.handle()) {
      notifications.append(
        (
          String(cString: notification.pointee.relname), String(cString: notification.pointee.extra),
          notification.pointee.be_pid
        ))
      PQfreemem(notification)
    }
    if !isAlive, notifications.isEmpty { throw link.lost() }
    return notifications
  }

  func requireNothingInProgress() throws(PostgresError) {
    // That the connection is gone says more than what it was in the middle of.
    _ = try link.handle()
    guard case .none = copy else { throw outOfStep("a COPY is in progress") }
    guard pipeline == nil else { throw outOfStep("pipeline mode is on") }
  }

  func requireSendable(_ parameters: BoundParameters, label: String?) throws(PostgresError) {
    guard let defect = parameters.defect else { return }
    throw PostgresError(kind: .usage, message: defect, endpoint: endpoint, statementLabel: label)
  }
}
