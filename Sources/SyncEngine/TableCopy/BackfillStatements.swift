import LogicalReplication
import PostgresTypes
import SchemaDrift

/// The SQL that gives columns of existing rows the values that the source has there. All identifiers are quoted.
///
/// The key and the columns are copied into a temporary table of the target's own types; one statement then writes what is
/// different.
struct BackfillStatements {
  /// The columns that are written, by their names on the target.
  let columns: [ColumnSchema]
  /// What is copied: the key and the columns, into the temporary table.
  let staged: CopyTable
  private let table: CopyTable
  private let key: [ColumnSchema]

  /// The temporary table.
  static let staging = "pg_temp.pgsyncd_backfill"
  private static let name = QualifiedName(schema: "pg_temp", name: "pgsyncd_backfill")

  /// Plans to write columns, named as on the source; nil if rows cannot be told apart. Columns that are not written on the
  /// target, and those of the key, are left out.
  init?(_ table: CopyTable, columns names: [String]) {
    guard let key = table.rowKey else { return nil }
    self.table = table
    self.key = key
    let keyNames = Set(key.map { Array($0.name.utf8) })
    let wanted = Set(names.map { Array($0.utf8) })
    let mappings = table.columns.filter { mapping in
      wanted.contains(Array(mapping.source.utf8)) && !keyNames.contains(Array(mapping.target.utf8))
    }
    columns = mappings.compactMap { table.target.column(named: $0.target) }
    var target = table.target
    target.name = Self.name
    let keyMappings = table.columns.filter { keyNames.contains(Array($0.target.utf8)) }
    staged = CopyTable(source: table.source, target: target, columns: keyMappings + mappings)
  }

  /// Makes the temporary table; it goes with the transaction.
  var createStaging: String {
    let names = staged.columns.map { SQLIdentifier.quoted($0.target) }
    return "CREATE TEMPORARY TABLE \(SQLIdentifier.quoted(Self.name.name)) ON COMMIT DROP AS SELECT "
      + names.joined(separator: ", ") + " FROM \(table.targetRelation) WITH NO DATA"
  }

  /// Writes the values that are different.
  var write: String {
    // No UPDATE may set an identity that is GENERATED ALWAYS: such a row is taken out and put back.
    columns.contains { $0.identity == .always } ? move : update
  }

  private var update: String {
    let sets = columns.map { "\(SQLIdentifier.quoted($0.name)) = s.\(SQLIdentifier.quoted($0.name))" }
    return "UPDATE \(table.targetRelation) AS t SET \(sets.joined(separator: ", ")) FROM \(Self.staging) AS s WHERE "
      + match("t") + " AND (\(difference))"
  }

  private var move: String {
    let written = Set(columns.map { Array($0.name.utf8) })
    let all = table.target.columns.filter { $0.generated == nil }
    let names = all.map { SQLIdentifier.quoted($0.name) }
    let values = all.map { column in
      (written.contains(Array(column.name.utf8)) ? "s." : "gone.") + SQLIdentifier.quoted(column.name)
    }
    return "WITH gone AS (DELETE FROM \(table.targetRelation) AS t USING \(Self.staging) AS s WHERE \(match("t")) "
      + "AND (\(difference)) RETURNING t.*) INSERT INTO \(table.target.name.sql) (\(names.joined(separator: ", "))) "
      + "OVERRIDING SYSTEM VALUE SELECT \(values.joined(separator: ", ")) FROM gone JOIN \(Self.staging) AS s ON "
      + match("gone")
  }

  private func match(_ side: String) -> String {
    key.map { column in
      let name = SQLIdentifier.quoted(column.name)
      return EqualityOperator.condition("\(side).\(name)", "s.\(name)", as: column.type)
    }.joined(separator: " AND ")
  }

  /// By text, which every type has.
  private var difference: String {
    columns.map { column in
      let name = SQLIdentifier.quoted(column.name)
      return "t.\(name)::text COLLATE \"C\" IS DISTINCT FROM s.\(name)::text COLLATE \"C\""
    }.joined(separator: " OR ")
  }
}

extension CopyTable {
  /// The columns of the target by which a row is told from all others: of a unique key whose columns the source fills and
  /// which are never null; the primary key if it will do. Nil if there is none.
  var rowKey: [ColumnSchema]? {
    // Names are compared byte by byte, as the servers do.
    let filled = Set(columns.map { Array($0.target.utf8) })
    let usable = target.keys.filter { key in
      key.isImmediate && !key.hasPredicateOrExpression && !key.columns.isEmpty
        && key.columns.allSatisfy { filled.contains(Array($0.utf8)) && target.column(named: $0)?.isNotNull == true }
    }
    let best = usable.min { ($0.isPrimary ? 0 : 1, $0.columns.count) < ($1.isPrimary ? 0 : 1, $1.columns.count) }
    return best.map { key in key.columns.compactMap { target.column(named: $0) } }
  }
}
