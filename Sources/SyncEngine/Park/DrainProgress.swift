import LogicalReplication
import PostgresTypes

/// The ending of a unit of parked changes: what was applied is taken out of the parked changes, in the same transaction.
final class DrainProgress: UnitEnding {
  let admitsNewTables = false
  /// What is left of a chunk goes back into its place: behind its number, before the next one.
  let chunkStride: Int64 = 1
  private(set) var parkedProgress: LSN
  private let pipeline: String
  private let table: OID
  /// Chunks up to this number are read completely: they are deleted with the unit. Nil: none.
  var consumedChunk: Int64?

  init(pipeline: String, table: OID, appliedLSN: LSN) {
    self.pipeline = pipeline
    self.table = table
    parkedProgress = appliedLSN
  }

  var hasWork: Bool { consumedChunk != nil }

  func write(to session: TargetSession, _ span: UnitSpan) throws {
    if let parkedEnd = span.parkedEnd, parkedEnd > parkedProgress {
      bind(session, parkedEnd.description)
      try session.send(
        "UPDATE pgsyncd.tables SET applied_lsn = $3::pg_lsn WHERE pipeline = $1 AND source_oid = $2::oid",
        usesParameters: true)
    }
    if let consumedChunk {
      bind(session, String(consumedChunk))
      // Chunks that this very unit put back have higher numbers.
      try session.send(
        "DELETE FROM pgsyncd.parked_changes WHERE pipeline = $1 AND source_oid = $2::oid AND chunk <= $3::bigint",
        usesParameters: true)
    }
  }

  func committed(parkedEnd: LSN?) {
    if let parkedEnd { parkedProgress = max(parkedProgress, parkedEnd) }
    consumedChunk = nil
  }

  private func bind(_ session: TargetSession, _ value: String) {
    session.parameters.removeAll()
    session.parameters.append(text: pipeline)
    session.parameters.append(text: table.description)
    session.parameters.append(text: value)
  }
}
