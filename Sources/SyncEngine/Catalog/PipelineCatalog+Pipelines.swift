import LibPQ
import PostgresTypes

extension PipelineCatalog {
  /// The pipeline's row; nil if it is not set up. The catalog has to be there.
  public func pipelineRecord() throws(PostgresError) -> PipelineRecord? {
    let result = try connection.query(Self.selectPipelines + " WHERE pipeline = $1", [pipeline])
    return result.rowCount == 0 ? nil : try Self.pipelineRecord(result.onlyRow())
  }

  /// The pipeline's row if the catalog is there and has it; nil if either is missing.
  public func pipelineRecordIfAny() throws(PostgresError) -> PipelineRecord? {
    guard case .version = try state() else { return nil }
    return try pipelineRecord()
  }

  /// All pipelines of the database, ordered by name.
  public func allPipelines() throws(PostgresError) -> [PipelineRecord] {
    var records: [PipelineRecord] = []
    for row in try connection.query(Self.selectPipelines + " ORDER BY pipeline").rows {
      records.append(try Self.pipelineRecord(row))
    }
    return records
  }

  /// Stores a pipeline that is not there yet.
  public func insert(_ record: PipelineRecord) throws(PostgresError) {
    try connection.query(
      """
      INSERT INTO pgsyncd.pipelines (pipeline, publication, slot, include_tables, exclude_tables, source_system_id,
        source_timeline, source_database, phase, adds_tables)
      VALUES ($1, $2, $3, $4::text[], $5::text[], $6, $7::integer, $8, $9, $10::boolean)
      """,
      [
        record.pipeline, record.publication, record.slot, TextArray.text(record.includeTables),
        TextArray.text(record.excludeTables), record.sourceSystemID, String(record.sourceTimeline),
        record.sourceDatabase, record.phase.rawValue, String(record.addsTables),
      ])
  }

  /// Moves the pipeline to another phase.
  public func setPhase(_ phase: PipelineRecord.Phase) throws(PostgresError) {
    try connection.query(
      "UPDATE pgsyncd.pipelines SET phase = $2 WHERE pipeline = $1", [pipeline, phase.rawValue])
  }

  /// Notes the slot that the pipeline reads from.
  public func setSlot(_ slot: String) throws(PostgresError) {
    try connection.query("UPDATE pgsyncd.pipelines SET slot = $2 WHERE pipeline = $1", [pipeline, slot])
  }

  /// Notes the source's timeline after a failover that was found to be continuous.
  public func setSourceTimeline(_ timeline: Int32) throws(PostgresError) {
    try connection.query(
      "UPDATE pgsyncd.pipelines SET source_timeline = $2::integer WHERE pipeline = $1",
      [pipeline, String(timeline)])
  }

  /// Deletes everything that is stored of the pipeline, parked changes included.
  public func deletePipeline() throws(PostgresError) {
    try connection.query("DELETE FROM pgsyncd.pipelines WHERE pipeline = $1", [pipeline])
  }

  /// How many pipelines the database has.
  public func pipelineCount() throws(PostgresError) -> Int {
    try connection.query("SELECT count(*) FROM pgsyncd.pipelines").onlyRow().integer(0)
  }

  private static let selectPipelines = """
    SELECT pipeline, publication, slot, include_tables, exclude_tables, source_system_id, source_timeline,
      source_database, phase, \(ResultRow.microseconds("created_at")), adds_tables
    FROM pgsyncd.pipelines
    """

  private static func pipelineRecord(_ row: ResultRow) throws(PostgresError) -> PipelineRecord {
    PipelineRecord(
      pipeline: try row.text(0), publication: try row.text(1), slot: try row.text(2), includeTables: try row.list(3),
      excludeTables: try row.list(4), sourceSystemID: try row.text(5), sourceTimeline: try row.integer(6),
      sourceDatabase: try row.text(7), phase: try row.value(8), addsTables: try row.flag(10),
      createdAt: try row.optionalMoment(9))
  }
}
