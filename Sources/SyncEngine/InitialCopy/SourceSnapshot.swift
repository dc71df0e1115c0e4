import LibPQ
import PostgresTypes

/// A session on the source that reads under the slot's snapshot and holds its tables as they are while they are copied.
///
/// A snapshot does not protect from everything: after TRUNCATE or a rewrite by ALTER TABLE an older snapshot finds the table
/// empty, and VACUUM FULL moves rows between the pieces of a table. So every table is locked in the mode of a plain SELECT,
/// and whatever happened between the snapshot and the lock is found out by the table's file.
final class SourceSnapshot {
  /// The session, inside of the transaction that sees the snapshot.
  let connection: PostgresConnection

  /// Connects and takes the snapshot over.
  init(_ context: PipelineContext, role: String, snapshot: String) throws(PostgresError) {
    connection = try Self.connect(context, role: role)
    try Self.begin(connection, snapshot: snapshot)
  }

  /// A session in which row security fails a statement rather than hide rows from it.
  static func connect(_ context: PipelineContext, role: String) throws(PostgresError) -> PostgresConnection {
    try PostgresConnection(
      context.options.source, applicationName: context.applicationName(role),
      session: .pinned.adding("row_security", "off").adding("lock_timeout", "0"), interruption: context.interruption)
  }

  /// Begins a transaction that sees what the snapshot sees.
  static func begin(_ connection: PostgresConnection, snapshot: String) throws(PostgresError) {
    try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try connection.execute("SET TRANSACTION SNAPSHOT \(SQLLiteral.quoted(snapshot))")
  }

  /// Cancels what runs here.
  var cancelHandle: CancelHandle { connection.cancelHandle }

  /// Ends the session, and with it the locks.
  func close() { connection.close() }

  /// Locks the tables; waits for those that others hold.
  func hold(_ tables: [CopyTable]) throws(PostgresError) {
    // A SELECT needs no more than the right to read some column, which LOCK TABLE is not content with.
    for start in stride(from: 0, to: tables.count, by: 200) {
      let statements = tables[start..<min(start + 200, tables.count)].map { "SELECT FROM \($0.sourceRelation) LIMIT 0" }
      try connection.execute(statements.joined(separator: "; "), label: "locking the tables on the source")
    }
  }

  /// The sizes of the tables, in order, and those whose rows are elsewhere than the snapshot expects them.
  func measure(_ tables: [CopyTable]) throws(PostgresError) -> (sizes: [CopyPlan.Size], rewritten: [QualifiedName]) {
    let result = try connection.query(
      """
      SELECT t.place, sum(pg_table_size(c.oid))::bigint,
        sum(pg_relation_size(c.oid) / current_setting('block_size')::bigint)::bigint,
        coalesce(bool_or(c.relfilenode <> pg_relation_filenode(c.oid)), true)
      FROM unnest($1::oid[]) WITH ORDINALITY AS t (oid, place)
      LEFT JOIN LATERAL (
        SELECT t.oid UNION SELECT relid FROM pg_partition_tree(t.oid)
      ) AS leaf (oid) ON true
      LEFT JOIN pg_class c ON c.oid = leaf.oid AND c.relkind IN ('r', 'm')
      GROUP BY t.place
      ORDER BY t.place
      """, [TextArray.text(tables.map(\.source.oid.description))], label: "measuring the tables on the source")
    guard result.rowCount == tables.count else { throw .unexpectedResult("\(result.rowCount) sizes") }
    var sizes: [CopyPlan.Size] = []
    var rewritten: [QualifiedName] = []
    for (table, row) in zip(tables, result.rows) {
      let blocks = try row.optionalInteger(2, as: Int64.self)
      sizes.append(CopyPlan.Size(bytes: try row.optionalInteger(1) ?? 0, blocks: blocks ?? 0))
      // A partitioned table without partitions has no file at all.
      if blocks != nil, try row.flag(3) { rewritten.append(table.source.name) }
    }
    return (sizes, rewritten)
  }
}
