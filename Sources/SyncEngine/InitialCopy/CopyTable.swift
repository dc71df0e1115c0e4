import PostgresTypes
import SchemaDrift

/// A table to copy: as it is on both sides, and where its columns go.
struct CopyTable: Sendable {
  /// The table on the source, with the publication's row filter.
  let source: TableSchema
  /// The table on the target.
  let target: TableSchema
  /// Where each column goes; a column that is not listed is not read.
  let columns: [ColumnMapping]
  /// Target columns that are set to NULL whatever their default is.
  let nulledColumns: [String]
  /// Columns that are left out as long as they have no value (`stop_on_value`), so that they must not have one.
  let valuelessColumns: [String]
  /// Source columns that are not read, and whose values are lost on the target by an override.
  var leftOutColumns: [String] = []

  /// Puts a table together.
  init(
    source: TableSchema, target: TableSchema, columns: [ColumnMapping], nulledColumns: [String] = [],
    valuelessColumns: [String] = []
  ) {
    self.source = source
    self.target = target
    self.columns = columns
    self.nulledColumns = nulledColumns
    self.valuelessColumns = valuelessColumns
  }

  /// A table as its verdict lets it go on.
  init(source: TableSchema, target: TableSchema, verdict: CompatibilityVerdict) {
    self.init(
      source: source, target: target, columns: verdict.columns, nulledColumns: verdict.nulledColumns,
      valuelessColumns: verdict.skipped.filter { $0.reason == .untilFirstValue }.map(\.name))
    leftOutColumns = verdict.skipped.filter(\.isLoss).map(\.name)
  }

  /// The source's table for a FROM clause: an inheritance parent without its children, which are published by
  /// themselves, and a partitioned table with its partitions.
  var sourceRelation: String { Self.relation(source) }

  /// The target's table for a FROM clause or a TRUNCATE.
  var targetRelation: String { Self.relation(target) }

  private static func relation(_ table: TableSchema) -> String {
    table.kind == .partitioned ? table.name.sql : "ONLY " + table.name.sql
  }
}
