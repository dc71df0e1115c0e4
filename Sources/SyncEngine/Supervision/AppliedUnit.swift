import LogicalReplication
import PostgresTypes

/// A unit of work that has been committed on the target: what it did, for those who count.
public struct AppliedUnit: Sendable {
  /// What it did to one table.
  public struct Table: Sendable {
    /// The table on the source.
    public var name: QualifiedName
    /// The changes that were applied.
    public var rows: RowCounters
    /// How many rows were written without the values of columns that an override leaves out.
    public var rowsWithoutColumns: Int64

    /// Puts a table's share together.
    public init(name: QualifiedName, rows: RowCounters, rowsWithoutColumns: Int64 = 0) {
      self.name = name
      self.rows = rows
      self.rowsWithoutColumns = rowsWithoutColumns
    }
  }

  /// From the first byte that was read to the end of the commit.
  public var seconds: Double
  /// Source transactions of the stream that it completed. Parked changes that are applied later do not count again.
  public var transactions: Int
  /// The tables that it changed.
  public var tables: [Table]

  /// Puts a unit together.
  public init(seconds: Double, transactions: Int, tables: [Table]) {
    self.seconds = seconds
    self.transactions = transactions
    self.tables = tables
  }
}
