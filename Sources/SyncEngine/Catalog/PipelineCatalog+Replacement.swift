import LibPQ
import PostgresTypes
import SchemaDrift

extension PipelineCatalog {
  /// Lets a table that was created anew under the name of another take that one's place: row, counters and parked changes
  /// now belong to the new OID.
  public func replaceTable(_ oldOID: OID, by source: TableSchema) throws(PostgresError) {
    try connection.query(
      "UPDATE pgsyncd.tables SET source_oid = $3::oid, wire_shape = NULL, watched = NULL "
        + "WHERE pipeline = $1 AND source_oid = $2::oid",
      [pipeline, oldOID.description, source.oid.description])
  }
}
