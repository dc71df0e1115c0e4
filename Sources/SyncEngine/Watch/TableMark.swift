import LibPQ
import PGOutput
import PostgresTypes

/// What the catalog watch remembers of one table of one server, to see that it has changed.
struct TableMark: Hashable, Sendable {
  /// Everything but the file node.
  var everything: Int64
  /// The columns: any change of a column's definition is a change here, and a rewrite that keeps values is none.
  var columns: Int64
  /// `relfilenode`: another number after a rewrite, a TRUNCATE, VACUUM FULL or CLUSTER.
  var fileNode: UInt32
  /// True if the table's changes are not in the log.
  var isUnlogged: Bool
  /// The transaction that has written the table's `pg_class` row.
  var version: TransactionID
  /// `reltuples`; −1 if nobody has counted since the table was created or emptied.
  var tuples: Double
  /// The table whose partition it is.
  var parent: OID?
  /// The transaction that made it a partition.
  var attachedBy: TransactionID?
  /// The transaction that has written its row type: for a partition the one that created it, as a rule.
  var createdBy: TransactionID?
  /// The OID of its `pg_publication_rel` row; nil if it has none.
  var membership: OID?

  init(_ row: ResultRow) throws(PostgresError) {
    everything = try row.integer(1)
    columns = try row.integer(2)
    fileNode = try row.integer(3)
    isUnlogged = try row.flag(4)
    version = TransactionID(rawValue: try row.integer(5))
    tuples = try row.optionalDouble(6) ?? -1
    parent = row.optionalText(7) == nil ? nil : try row.oid(7)
    attachedBy = try row.optionalInteger(8).map(TransactionID.init(rawValue:))
    createdBy = try row.optionalInteger(9).map(TransactionID.init(rawValue:))
    membership = row.optionalText(10) == nil ? nil : try row.oid(10)
  }
}
