import PostgresTypes
import SchemaDrift

/// The SQL that reads a piece of a table on the source and writes it on the target. All identifiers are quoted.
struct CopyStatements {
  let table: CopyTable
  let format: CopyFormat

  /// True if there is no column to name: rows are counted on one side and made on the other.
  var isWithoutColumns: Bool { table.columns.isEmpty && table.nulledColumns.isEmpty }

  /// `COPY (SELECT …) TO STDOUT`
  func copyOut(_ piece: CopyPiece) -> String {
    let columns = table.columns.map(selected) + table.nulledColumns.map { _ in "NULL" }
    return "COPY (SELECT \(columns.joined(separator: ", ")) \(rows(piece))) TO STDOUT (FORMAT \(format.rawValue))"
  }

  /// `COPY … FROM STDIN`
  func copyIn() -> String {
    let columns = (table.columns.map(\.target) + table.nulledColumns).map(SQLIdentifier.quoted)
    return "COPY \(table.target.name.sql) (\(columns.joined(separator: ", "))) FROM STDIN (FORMAT \(format.rawValue))"
  }

  /// Counts the rows of a piece.
  func count(_ piece: CopyPiece) -> String { "SELECT count(*) \(rows(piece))" }

  /// Makes rows that have nothing but defaults.
  func insertEmptyRows(_ count: Int64) -> String {
    "INSERT INTO \(table.target.name.sql) SELECT FROM generate_series(1, \(count)::bigint)"
  }

  /// For each column whose values must survive the way to the target's type and back: its name and a statement that says
  /// whether one does not.
  ///
  /// The source is asked, which has every built-in type that the target has. A value of an enum or of another type that
  /// only the target has is read by its text there, which is exact or refused.
  func exactnessChecks(_ piece: CopyPiece) -> [(column: String, sql: String)] {
    table.columns.compactMap { mapping in
      guard mapping.check == .exactRoundTrip,
        let target = table.target.column(named: mapping.target)?.type.withoutDomains, target.oid.isSameEverywhere
      else { return nil }
      let condition = mapping.isChanged(SQLIdentifier.quoted(mapping.source) + "::text", as: target)
      return (mapping.source, "SELECT EXISTS (SELECT \(rows(piece, condition)))")
    }
  }

  /// For each column that is left out as long as it has no value: its name and a statement that says whether it has one.
  func valueChecks(_ piece: CopyPiece) -> [(column: String, sql: String)] {
    table.valuelessColumns.map { column in
      (column, "SELECT EXISTS (SELECT \(rows(piece, SQLIdentifier.quoted(column) + " IS NOT NULL")))")
    }
  }

  /// Counts the rows of which a value is left out by an override; nil if that cannot be.
  func countLeftOut(_ piece: CopyPiece) -> String? {
    guard !table.leftOutColumns.isEmpty else { return nil }
    let values = table.leftOutColumns.map { SQLIdentifier.quoted($0) + " IS NOT NULL" }
    return "SELECT count(*) \(rows(piece, "(" + values.joined(separator: " OR ") + ")"))"
  }

  private func rows(_ piece: CopyPiece, _ condition: String? = nil) -> String {
    let conditions = [table.source.rowFilter.map { "(\($0))" }, piece.condition, condition].compactMap { $0 }
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    return "FROM " + table.sourceRelation + filter
  }

  private func selected(_ mapping: ColumnMapping) -> String {
    let column = SQLIdentifier.quoted(mapping.source)
    guard mapping.castThrough != nil, let target = table.target.column(named: mapping.target)?.type else {
      return column
    }
    // Casts on purpose are between built-in types, so the source can make them.
    return mapping.expression(for: column + "::text", as: target.withoutDomains)
  }
}
