import LogicalReplication
import PostgresTypes
import SchemaDrift

/// The columns that only the target has, and whose values therefore have to outlive it when the rows are replaced by the
/// source's: they are put aside by key and put back.
struct KeptColumns {
  /// Their names.
  let columns: [String]
  /// The key by which a row is found again; empty if the target has none that the source fills.
  let key: [ColumnSchema]
  private let table: CopyTable

  private static let store = "pg_temp.pgsyncd_kept"

  /// Looks for such columns; nil if there are none.
  init?(_ table: CopyTable) {
    // Names are compared byte by byte, as the servers do.
    let filled = Set(table.columns.map { Array($0.target.utf8) })
    let written = filled.union(table.nulledColumns.map { Array($0.utf8) })
    columns = table.target.columns.filter { column in
      // What the target makes by itself it makes again: a generated column, and an identity that no UPDATE may set.
      column.generated == nil && column.identity != .always && !written.contains(Array(column.name.utf8))
    }.map(\.name)
    guard !columns.isEmpty else { return nil }
    self.table = table
    key = table.rowKey ?? []
  }

  /// Asks whether there is any value to lose.
  var hasValues: String {
    let conditions = columns.map { SQLIdentifier.quoted($0) + " IS NOT NULL" }
    return "SELECT EXISTS (SELECT FROM \(table.targetRelation) WHERE \(conditions.joined(separator: " OR ")))"
  }

  /// Puts the values aside; they are gone with the transaction.
  var save: String {
    let names = (key.map(\.name) + columns).map(SQLIdentifier.quoted)
    return "CREATE TEMPORARY TABLE pgsyncd_kept ON COMMIT DROP AS SELECT \(names.joined(separator: ", ")) FROM "
      + table.targetRelation
  }

  /// Puts them back into the rows that are there again.
  var restore: String {
    let sets = columns.map { "\(SQLIdentifier.quoted($0)) = kept.\(SQLIdentifier.quoted($0))" }
    let conditions = key.map { column in
      let name = SQLIdentifier.quoted(column.name)
      return EqualityOperator.condition("t.\(name)", "kept.\(name)", as: column.type)
    }
    return "UPDATE \(table.targetRelation) AS t SET \(sets.joined(separator: ", ")) FROM \(Self.store) AS kept WHERE "
      + conditions.joined(separator: " AND ")
  }
}
