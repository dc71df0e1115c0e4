import PostgresTypes

/// Stores chunks of parked changes, in the transaction of the unit that parks them.
struct ParkWriter {
  let session: TargetSession
  let pipeline: String

  /// Stores one chunk.
  ///
  /// - Parameters:
  ///   - table: the table's OID on the source.
  ///   - number: the chunk's place among the table's chunks.
  ///   - placesStop: true if this is the first change that is parked for a stop whose place is not known yet.
  func write(_ chunk: ParkBuffer.Chunk, table: OID, number: Int64, placesStop: Bool) throws(SyncError) {
    let parameters = session.parameters
    parameters.removeAll()
    parameters.append(text: pipeline)
    parameters.append(text: table.description)
    parameters.append(text: String(number))
    parameters.append(text: chunk.firstCommitLSN.description)
    parameters.append(text: chunk.lastCommitLSN.description)
    parameters.append(text: String(chunk.changes))
    parameters.append(text: String(chunk.payload.count))
    chunk.payload.withUnsafeBytes { parameters.append(binary: $0) }
    try session.send(StatementKey(plan: 0, kind: .parkChunk), table: nil, expecting: .success) {
      """
      INSERT INTO pgsyncd.parked_changes
        (pipeline, source_oid, chunk, first_commit_lsn, last_commit_lsn, changes, payload_bytes, payload)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """
    }
    guard placesStop else { return }
    parameters.removeAll()
    parameters.append(text: pipeline)
    parameters.append(text: table.description)
    parameters.append(text: chunk.firstCommitLSN.description)
    try session.send(StatementKey(plan: 0, kind: .placeStop), table: nil, expecting: .success) {
      """
      UPDATE pgsyncd.tables SET stopped_at_lsn = coalesce(stopped_at_lsn, $3) WHERE pipeline = $1 AND source_oid = $2
      """
    }
  }
}
