import LibPQ
import PostgresTypes

/// Compares two databases table by table, row by row.
///
/// A row is compared as text, all its columns in one row constructor, in UTF-8. Both servers sort their rows by the
/// key's bytes and then by all bytes, both results are streamed and merged, so that memory does not grow with the
/// tables and tables without keys are compared as multisets. Each side is read under one snapshot; traffic has to have
/// come to rest to compare them. After an error it is of no more use.
public final class RowComparison {
  private let source: PostgresConnection
  private let target: PostgresConnection
  private let differencesMax: Int

  /// Opens a session and a snapshot on each side. At most `differencesMax` differing rows are reported for a table.
  public init(
    source: ConnectionSettings, target: ConnectionSettings, differencesMax: Int = 10
  ) throws(PostgresError) {
    self.source = try Self.snapshot(source)
    self.target = try Self.snapshot(target)
    self.differencesMax = differencesMax
  }

  /// Every ordinary and partitioned table of the source outside the system schemas and `pgsyncd`, except partitions,
  /// which are read through their parent.
  public func tables() throws(PostgresError) -> [TablePair] {
    let result = try source.query(
      """
      SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgsyncd') AND n.nspname NOT LIKE 'pg\\_%'
      ORDER BY 1, 2
      """, label: "tables to compare")
    return (0..<result.rowCount).map { row in
      TablePair(QualifiedName(schema: result[row, 0] ?? "", name: result[row, 1] ?? ""))
    }
  }

  /// Compares the given tables, by default ``tables()``; a table or column that one side lacks is a server's error.
  public func compare(_ pairs: [TablePair]? = nil) throws(PostgresError) -> [TableComparison] {
    var comparisons: [TableComparison] = []
    let all: [TablePair]
    if let pairs { all = pairs } else { all = try tables() }
    for pair in all { comparisons.append(try compare(pair)) }
    return comparisons
  }

  /// Compares two tables.
  public func compare(_ pair: TablePair) throws(PostgresError) -> TableComparison {
    let columns: [String]
    if let chosen = pair.columns { columns = chosen } else { columns = try Self.columns(of: pair.source, source) }
    let key = try Self.primaryKey(of: pair.source, source).filter(columns.contains)
    var merge = RowMerge(comparison: TableComparison(pair: pair), differencesMax: differencesMax)
    try source.startCopyOut(
      RowStream.statement(table: pair.source, isPartitioned: try Self.isPartitioned(pair.source, source), columns, key),
      label: "rows of the source")
    try target.startCopyOut(
      RowStream.statement(table: pair.target, isPartitioned: try Self.isPartitioned(pair.target, target), columns, key),
      label: "rows of the target")
    try merge.run(RowStream(source), RowStream(target))
    try source.endCopyOut()
    try target.endCopyOut()
    return merge.result
  }

  /// Ends both sessions.
  public func close() {
    source.close()
    target.close()
  }

  private static func snapshot(_ settings: ConnectionSettings) throws(PostgresError) -> PostgresConnection {
    let connection = try PostgresConnection(settings, applicationName: "row comparison")
    try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    return connection
  }
}

// MARK: Catalog

extension RowComparison {
  private static func columns(
    of table: QualifiedName, _ connection: PostgresConnection
  ) throws(PostgresError) -> [String] {
    try names(
      """
      SELECT attname FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname COLLATE "C"
      """, table, connection)
  }

  private static func primaryKey(
    of table: QualifiedName, _ connection: PostgresConnection
  ) throws(PostgresError) -> [String] {
    try names(
      """
      SELECT a.attname FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(number, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
      WHERE i.indrelid = $1::regclass AND i.indisprimary ORDER BY k.place
      """, table, connection)
  }

  private static func isPartitioned(
    _ table: QualifiedName, _ connection: PostgresConnection
  ) throws(PostgresError) -> Bool {
    try names("SELECT relkind FROM pg_class WHERE oid = $1::regclass", table, connection) == ["p"]
  }

  private static func names(
    _ sql: String, _ table: QualifiedName, _ connection: PostgresConnection
  ) throws(PostgresError) -> [String] {
    let result = try connection.query(sql, [table.sql], label: "columns to compare")
    return (0..<result.rowCount).compactMap { result[$0, 0] }
  }
}
