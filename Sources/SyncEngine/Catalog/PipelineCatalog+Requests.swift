import LibPQ
import PostgresTypes

extension PipelineCatalog {
  /// The channel on which the service is told that there is something to look at.
  public static let notificationChannel = "pgsyncd"

  /// Writes a request and wakes the service up when the transaction commits. Returns the request's number.
  @discardableResult
  public func insertRequest(
    _ command: RequestRecord.Command, _ sourceOID: OID, _ arguments: RequestArguments = .none
  ) throws(PostgresError) -> Int64 {
    let result = try connection.query(
      """
      INSERT INTO pgsyncd.requests (pipeline, command, source_oid, arguments)
      VALUES ($1, $2, $3::oid, $4::jsonb)
      RETURNING request_id
      """, [pipeline, command.rawValue, sourceOID.description, StoredSchema.text(arguments)])
    try notifyService()
    return try result.onlyRow().integer(0)
  }

  /// Wakes the service up when the transaction commits.
  public func notifyService() throws(PostgresError) {
    try connection.query("SELECT pg_notify($1, $2)", [Self.notificationChannel, pipeline])
  }

  /// The requests that nobody has taken up yet, oldest first.
  public func openRequests() throws(PostgresError) -> [RequestRecord] {
    try requests("finished_at IS NULL", [])
  }

  /// One request, open or finished; nil if there is none of that number.
  public func request(_ id: Int64) throws(PostgresError) -> RequestRecord? {
    try requests("request_id = $2::bigint", [String(id)]).first
  }

  /// Finishes a request and tells whoever waits for it when the transaction commits.
  public func finishRequest(
    _ id: Int64, _ outcome: RequestRecord.Outcome, message: [String] = []
  ) throws(PostgresError) {
    try connection.query(
      """
      UPDATE pgsyncd.requests
      SET finished_at = clock_timestamp(), outcome = $3, message = $4::text[]
      WHERE pipeline = $1 AND request_id = $2::bigint AND finished_at IS NULL
      """, [pipeline, String(id), outcome.rawValue, TextArray.text(message)])
    try connection.query("SELECT pg_notify($1, $2)", [Self.notificationChannel, pipeline])
  }

  private func requests(
    _ condition: String, _ parameters: [String?]
  ) throws(PostgresError) -> [RequestRecord] {
    let result = try connection.query(
      """
      SELECT request_id, command, source_oid, requested_by, \(ResultRow.microseconds("requested_at")),
        \(ResultRow.microseconds("finished_at")), outcome, message, arguments
      FROM pgsyncd.requests
      WHERE pipeline = $1 AND \(condition)
      ORDER BY request_id
      """, [pipeline] + parameters)
    var records: [RequestRecord] = []
    for row in result.rows {
      records.append(
        RequestRecord(
          id: try row.integer(0), command: try row.value(1), sourceOID: try row.oid(2),
          arguments: try row.json(8), requestedBy: try row.text(3),
          requestedAt: try row.moment(4), finishedAt: try row.optionalMoment(5),
          outcome: row.optionalText(6) == nil ? nil : try row.value(6), message: try row.list(7)))
    }
    return records
  }
}
