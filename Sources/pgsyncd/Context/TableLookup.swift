import LogicalReplication
import PostgresTypes

/// Finds the tables that a user named among those of a pipeline.
struct TableLookup {
  /// The tables of the pipeline.
  let tables: [TableStatus]

  /// The tables of these names, each once, in the order of the names.
  ///
  /// - Throws: ``CommandFailure`` of usage for a name that is none, with the nearest valid one.
  func tables(named names: [String]) throws(CommandFailure) -> [TableStatus] {
    var found: [TableStatus] = []
    for name in names {
      let table = try table(named: name)
      if !found.contains(where: { $0.sourceOID == table.sourceOID }) { found.append(table) }
    }
    return found
  }

  /// The table of this name: `schema.table`, or `table` for one in schema `public`, quoted as in SQL or not.
  func table(named text: String) throws(CommandFailure) -> TableStatus {
    guard let name = QualifiedName(parsing: text) else {
      throw .usage(
        "'\(text)' is not the name of a table", hint: "write schema.table, or table for one in schema public")
    }
    if let table = tables.first(where: { $0.name == name }) { return table }
    throw UnknownTable.failure(
      name, among: tables.map(\.name), on: "this pipeline has no table", hint: "'pgsyncd status' lists the tables")
  }
}
