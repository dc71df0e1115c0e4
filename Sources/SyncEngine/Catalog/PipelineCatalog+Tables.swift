import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

extension PipelineCatalog {
  /// All tables of the pipeline, ordered by name, in one query.
  public func tables() throws(CatalogError) -> [TableRecord] {
    do {
      var records: [TableRecord] = []
      for row in try connection.query(Self.selectTables + Self.tableOrder, [pipeline]).rows {
        records.append(try Self.tableRecord(row))
      }
      return records
    } catch let error as PostgresError {
      throw .postgres(error)
    } catch let error as CatalogError {
      throw error
    } catch {
      preconditionFailure("nothing else is thrown here: \(error)")
    }
  }

  /// Those of the tables that the pipeline has, ordered by name.
  func tables(_ sourceOIDs: Set<OID>) throws(CatalogError) -> [TableRecord] {
    if sourceOIDs.isEmpty { return [] }
    do {
      let result = try connection.query(
        Self.selectTables + " AND source_oid = ANY ($2::oid[])" + Self.tableOrder,
        [pipeline, TextArray.text(sourceOIDs.map(\.description))])
      var records: [TableRecord] = []
      for row in result.rows { records.append(try Self.tableRecord(row)) }
      return records
    } catch let error as PostgresError {
      throw .postgres(error)
    } catch let error as CatalogError {
      throw error
    } catch {
      preconditionFailure("nothing else is thrown here: \(error)")
    }
  }

  /// One table; nil if the pipeline does not have it.
  public func table(_ sourceOID: OID) throws(CatalogError) -> TableRecord? {
    do {
      let result = try connection.query(
        Self.selectTables + " AND source_oid = $2::oid", [pipeline, sourceOID.description])
      return result.rowCount == 0 ? nil : try Self.tableRecord(result.onlyRow())
    } catch let error as PostgresError {
      throw .postgres(error)
    } catch let error as CatalogError {
      throw error
    } catch {
      preconditionFailure("nothing else is thrown here: \(error)")
    }
  }

  /// Stores tables, and a row of counters for each, in two statements however many there are.
  public func insert(_ records: [TableRecord]) throws(PostgresError) {
    if records.isEmpty { return }
    // A list inside a list would have to be rectangular as an array, so the lists of each table travel as JSON.
    var schemas: [String] = []
    var targetSchemas: [String?] = []
    for record in records {
      schemas.append(try StoredSchema.text(record.sourceSchema))
      if let target = record.targetSchema {
        targetSchemas.append(try StoredSchema.text(target))
      } else {
        targetSchemas.append(nil)
      }
    }
    try connection.query(
      """
      INSERT INTO pgsyncd.tables (pipeline, source_oid, schema_name, table_name, state, warnings, accepted_losses,
        overrides, source_schema, source_fingerprint, target_fingerprint, target_schema)
      SELECT $1, t.source_oid, t.schema_name, t.table_name, t.state, t.warnings::text[], t.accepted_losses::text[],
        t.overrides::jsonb, t.source_schema::jsonb, t.source_fingerprint, t.target_fingerprint,
        t.target_schema::jsonb
      FROM unnest($2::oid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
          $10::text[], $11::text[], $12::text[])
        AS t (source_oid, schema_name, table_name, state, warnings, accepted_losses, overrides, source_schema,
          source_fingerprint, target_fingerprint, target_schema)
      """,
      [
        pipeline,
        TextArray.text(records.map(\.sourceOID.description)),
        TextArray.text(records.map(\.name.schema)),
        TextArray.text(records.map(\.name.name)),
        TextArray.text(records.map(\.state.rawValue)),
        TextArray.text(records.map { TextArray.text($0.warnings) }),
        TextArray.text(records.map { TextArray.text($0.acceptedLosses) }),
        TextArray.text(records.map { StoredSchema.text($0.overrides) }),
        TextArray.text(schemas),
        TextArray.text(records.map(\.sourceFingerprint.hex)),
        TextArray.text(records.map { $0.targetFingerprint?.hex }),
        TextArray.text(targetSchemas),
      ])
    try connection.query(
      """
      INSERT INTO pgsyncd.table_counters (pipeline, source_oid)
      SELECT $1, source_oid FROM unnest($2::oid[]) AS t (source_oid)
      """,
      [pipeline, TextArray.text(records.map(\.sourceOID.description))])
  }

  /// Forgets tables with their counters and parked changes.
  public func deleteTables(_ sourceOIDs: [OID]) throws(PostgresError) {
    try connection.query(
      "DELETE FROM pgsyncd.tables WHERE pipeline = $1 AND source_oid = ANY ($2::oid[])",
      [pipeline, TextArray.text(sourceOIDs.map(\.description))])
  }

  private static let selectTables = """
    SELECT source_oid, schema_name, table_name, state, stop_kind, reason, error, resolution, fix, message,
      \(ResultRow.microseconds("stopped_at")), stopped_at_lsn, applied_lsn, warnings, accepted_losses, needs_repair,
      overrides, source_schema, source_fingerprint, target_fingerprint, encode(wire_shape, 'hex'),
      target_schema, copy_needed, stale_columns, backfill_columns
    FROM pgsyncd.tables
    WHERE pipeline = $1
    """

  private static let tableOrder = " ORDER BY schema_name COLLATE \"C\", table_name COLLATE \"C\""

  private static func tableRecord(_ row: ResultRow) throws -> TableRecord {
    let name = try row.name(1, 2)
    let schema = try StoredSchema.schema(try row.text(17), of: name)
    var record = TableRecord(
      source: schema, sourceFingerprint: SchemaFingerprint(hex: try row.text(18)),
      targetFingerprint: row.optionalText(19).map(SchemaFingerprint.init(hex:)), state: try row.value(3))
    record.sourceOID = try row.oid(0)
    record.name = name
    record.stopKind = row.optionalText(4) == nil ? nil : try row.value(4)
    record.reason = row.optionalText(5)
    record.error = row.optionalText(6)
    record.resolution = row.optionalText(7)
    record.fix = try row.list(8)
    record.message = try row.list(9)
    record.stoppedAt = try row.optionalMoment(10)
    record.stoppedAtLSN = try row.optionalLSN(11)
    record.appliedLSN = try row.optionalLSN(12)
    record.warnings = try row.list(13)
    record.acceptedLosses = try row.list(14)
    record.needsRepair = row.optionalText(15)
    record.overrides = try StoredSchema.overrides(try row.text(16), of: name)
    record.wireShape = try row.optionalBytes(20)
    record.copyNeed = row.optionalText(22) == nil ? nil : try row.value(22)
    record.staleColumns = try row.list(23)
    record.backfillColumns = try row.list(24)
    if let target = row.optionalText(21) { record.targetSchema = try StoredSchema.schema(target, of: name) }
    return record
  }
}
