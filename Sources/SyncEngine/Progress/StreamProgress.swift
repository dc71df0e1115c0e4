import LogicalReplication
import PostgresTypes

/// The ending of a unit of the stream: the pipeline's position moves on.
///
/// The position is compared and set, so that a process which lost the lead without noticing cannot write: its statement
/// fails and with it the whole unit.
final class StreamProgress: UnitEnding {
  let admitsNewTables = true
  let chunkStride = ChangeRouter.chunkStride
  let hasWork = false
  /// Set while the rest of a table's parked changes is applied between two transactions of the stream.
  var parkedProgress: LSN = .zero
  private let pipeline: String

  init(pipeline: String) { self.pipeline = pipeline }

  func write(to session: TargetSession, _ span: UnitSpan) throws {
    let parameters = session.parameters
    parameters.removeAll()
    parameters.append(text: pipeline)
    parameters.append(text: span.start.description)
    parameters.append(text: span.end.description)
    parameters.append(text: span.commitTime?.epochSeconds)
    try session.send(StatementKey(plan: 0, kind: .progress), table: nil, expecting: .success) {
      // Division by zero (22012) if the row is not where it was left: the unit fails, COMMIT included.
      """
      WITH moved AS (
        UPDATE pgsyncd.progress
        SET applied_lsn = $3, commit_time = coalesce(to_timestamp($4::float8), commit_time)
        WHERE pipeline = $1 AND worker = 0 AND applied_lsn = $2
        RETURNING 1
      )
      SELECT 1 / count(*) FROM moved
      """
    }
  }

  func committed(parkedEnd: LSN?) {
    if let parkedEnd { parkedProgress = max(parkedProgress, parkedEnd) }
  }
}
