import LibPQ
import LogicalReplication
import PGOutput
import PostgresTypes

/// Takes single transactions out of the parked changes of a stopped table, for good: `resume --skip-transaction`.
///
/// What is taken out goes to `pgsyncd.dead_letters` as a piece of the stream that stands on its own, like a parked chunk,
/// so that it can still be looked at.
public struct DeadLetters {
  private let catalog: PipelineCatalog
  private let record: TableRecord

  /// Works over a connection that has a transaction open, but for reading.
  public init(catalog: PipelineCatalog, record: TableRecord) {
    self.catalog = catalog
    self.record = record
  }

  /// Why changes that are dropped are dropped, in the words of those who count.
  var reason: SkipReason { SkipReason(refusedWith: record.refusalCode) }

  /// Says which transaction could have been meant.
  public func notParked(_ commitLSN: LSN) throws(PostgresError) -> String {
    let first = try catalog.firstParkedLSN(record.sourceOID)
    let hint = (record.stoppedAtLSN ?? first).map { "it stopped at \($0): --skip-transaction=\($0)" }
    return "no change of \(record.name) is parked for a transaction that commits at \(commitLSN); "
      + (hint ?? "nothing of it is parked")
  }

  /// True if changes of such a transaction are parked.
  public func contains(_ commitLSN: LSN) throws -> Bool {
    for chunk in try chunks(around: commitLSN) where try split(chunk.payload, commitLSN).dropped != nil { return true }
    return false
  }

  /// Drops the changes of a transaction, and moves the table's stop to the first change that is left.
  ///
  /// - Returns: how many changes it had; nil if none are parked.
  func drop(_ commitLSN: LSN, by role: String) throws -> Int64? {
    // Nobody may let the table go on meanwhile.
    let locked = try catalog.connection.query(
      """
      SELECT FROM pgsyncd.tables WHERE pipeline = $1 AND source_oid = $2::oid AND state = 'stopped' FOR UPDATE
      """, [catalog.pipeline, record.sourceOID.description])
    guard locked.rowCount == 1 else { return nil }
    var count: Int64 = 0
    for (number, payload) in try chunks(around: commitLSN) {
      let (kept, dropped) = try split(payload, commitLSN)
      guard let dropped else { continue }
      count += Int64(dropped.changes)
      try bury(dropped, commitLSN, by: role)
      try replace(number, by: kept)
    }
    guard count > 0 else { return nil }
    let counter = reason.rawValue
    try catalog.connection.query(
      """
      UPDATE pgsyncd.table_counters SET \(counter) = \(counter) + $3::bigint
      WHERE pipeline = $1 AND source_oid = $2::oid
      """, [catalog.pipeline, record.sourceOID.description, String(count)])
    try catalog.connection.query(
      """
      UPDATE pgsyncd.tables SET stopped_at_lsn = $3::pg_lsn, stopped_at_row = NULL
      WHERE pipeline = $1 AND source_oid = $2::oid
      """,
      [catalog.pipeline, record.sourceOID.description, try catalog.firstParkedLSN(record.sourceOID)?.description])
    return count
  }

  private func bury(_ chunk: ParkBuffer.Chunk, _ commitLSN: LSN, by role: String) throws(PostgresError) {
    try catalog.connection.query(
      """
      INSERT INTO pgsyncd.dead_letters
        (pipeline, source_oid, schema_name, table_name, commit_lsn, changes, payload, error, dropped_by)
      VALUES ($1, $2::oid, $3, $4, $5::pg_lsn, $6::bigint, decode($7, 'hex'), $8, $9)
      """,
      [
        catalog.pipeline, record.sourceOID.description, record.name.schema, record.name.name, commitLSN.description,
        String(chunk.changes), Hexadecimal.text(chunk.payload), record.error, role,
      ])
  }

  private func replace(_ number: Int64, by chunk: ParkBuffer.Chunk?) throws(PostgresError) {
    let place = [catalog.pipeline, record.sourceOID.description, String(number)]
    guard let chunk else {
      try catalog.connection.query(
        "DELETE FROM pgsyncd.parked_changes WHERE pipeline = $1 AND source_oid = $2::oid AND chunk = $3::bigint", place)
      return
    }
    try catalog.connection.query(
      """
      UPDATE pgsyncd.parked_changes
      SET first_commit_lsn = $4::pg_lsn, last_commit_lsn = $5::pg_lsn, changes = $6::bigint, payload_bytes = $7::bigint,
        payload = decode($8, 'hex')
      WHERE pipeline = $1 AND source_oid = $2::oid AND chunk = $3::bigint
      """,
      place + [
        chunk.firstCommitLSN.description, chunk.lastCommitLSN.description, String(chunk.changes),
        String(chunk.payload.count), Hexadecimal.text(chunk.payload),
      ])
  }

  private func chunks(around commitLSN: LSN) throws -> [(number: Int64, payload: [UInt8])] {
    let result = try catalog.connection.query(
      """
      SELECT chunk, encode(payload, 'hex') FROM pgsyncd.parked_changes
      WHERE pipeline = $1 AND source_oid = $2::oid AND $3::pg_lsn BETWEEN first_commit_lsn AND last_commit_lsn
      ORDER BY chunk
      """, [catalog.pipeline, record.sourceOID.description, commitLSN.description])
    var chunks: [(number: Int64, payload: [UInt8])] = []
    for row in result.rows { chunks.append((try row.integer(0), try row.optionalBytes(1) ?? [])) }
    return chunks
  }

  /// Parts a chunk in two that each stand on their own.
  private func split(
    _ payload: [UInt8], _ commitLSN: LSN
  ) throws -> (kept: ParkBuffer.Chunk?, dropped: ParkBuffer.Chunk?) {
    var parts = (kept: ParkBuffer(), dropped: ParkBuffer())
    var transaction: BeginMessage?
    var shape: [UInt8]?
    var types: [OID: [UInt8]] = [:]
    let bytes = payload.span.bytes
    var reader = SegmentReader()
    while let range = try reader.next(in: bytes) {
      let message = try PGOutputDecoder.decode(
        bytes, at: range, insideStream: false, acceptsUnchangedTOASTInInsert: true)
      switch message {
      case .begin(let begin):
        // The one before it may have been cut behind its last change.
        parts.kept.endWithoutCommit()
        parts.dropped.endWithoutCommit()
        transaction = begin
      case .commit(let commit):
        if transaction?.finalLSN == commitLSN { try parts.dropped.end(commit) } else { try parts.kept.end(commit) }
        transaction = nil
      case .relation: shape = try range.copy(of: bytes)
      case .type(let type): types[type.oid] = try range.copy(of: bytes)
      default:
        guard let transaction, let shape else {
          throw SyncError.catalog("a parked change of \(record.name) stands outside of a transaction")
        }
        let change = try range.copy(of: bytes)
        try change.withUnsafeBytes { change in
          if transaction.finalLSN == commitLSN {
            try parts.dropped.append(change, of: transaction, shape: shape, types: types)
          } else {
            try parts.kept.append(change, of: transaction, shape: shape, types: types)
          }
        }
      }
    }
    return (parts.kept.takeChunk(), parts.dropped.takeChunk())
  }
}

extension TableRecord {
  /// The SQLSTATE with which the target refused the change that stopped the table; nil if something else stopped it.
  fileprivate var refusalCode: SQLState? {
    guard stopKind == .applyError, let error, let mark = error.firstRange(of: "(SQLSTATE ") else { return nil }
    return SQLState(rawValue: String(error[mark.upperBound...].prefix(5)))
  }
}
