import SchemaDrift

/// What a publication says of one of its tables.
struct PublicationMember {
  /// The column list; nil for all columns.
  var columns: [String]?
  /// The row filter as SQL text.
  var rowFilter: String?
  /// True if stored generated columns are sent without being listed (PostgreSQL 18).
  var sendsGeneratedColumns: Bool

  /// Notes in the table what the publication sends of it.
  func restrict(_ table: inout TableSchema) {
    table.rowFilter = rowFilter
    if let columns {
      table.publishedColumns = columns
    } else if sendsGeneratedColumns, table.columns.contains(where: { $0.generated?.kind == .stored }) {
      table.publishedColumns = table.columns.filter { $0.generated?.kind != .virtual }.map(\.name)
    }
    if table.replicaIdentity == .full { table.identityColumns = table.carriedColumns.map(\.name) }
  }
}
