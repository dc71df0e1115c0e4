import LibPQ

/// What a server's catalog says of a table and the types that belong to a case, line by line, without anything that may
/// differ between two servers on which the same was done in another order.
enum SchemaText {
  /// - Parameters:
  ///   - table: the table's name as SQL text.
  ///   - prefix: what the names of the case's own types begin with.
  static func lines(
    of table: String, prefix: String, on connection: PostgresConnection
  ) throws(PostgresError) -> [String] {
    let result = try connection.query(
      """
      WITH t AS (SELECT '\(table.replacingOccurrences(of: "'", with: "''"))'::regclass::oid AS oid)
      SELECT format('column %s %s%s%s%s%s%s', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN ' NOT NULL' END, ' COLLATE ' || co.collname,
        ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), ' identity ' || nullif(a.attidentity::text, ''),
        ' generated ' || nullif(a.attgenerated::text, ''))
      FROM t JOIN pg_attribute a ON a.attrelid = t.oid JOIN pg_type y ON y.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> y.typcollation
      WHERE a.attnum > 0 AND NOT a.attisdropped
      UNION ALL SELECT format('constraint %s %s', k.conname, pg_get_constraintdef(k.oid))
        FROM t JOIN pg_constraint k ON k.conrelid = t.oid WHERE k.contype <> 'n'
      UNION ALL SELECT 'index ' || pg_get_indexdef(i.indexrelid) FROM t JOIN pg_index i ON i.indrelid = t.oid
      UNION ALL SELECT format('partition %s %s', c.oid::regclass, pg_get_expr(c.relpartbound, c.oid))
        FROM t JOIN pg_inherits h ON h.inhparent = t.oid JOIN pg_class c ON c.oid = h.inhrelid
      UNION ALL SELECT format('enum %s %s', e.enumtypid::regtype, string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder))
        FROM pg_enum e JOIN pg_type y ON y.oid = e.enumtypid JOIN pg_namespace n ON n.oid = y.typnamespace
        WHERE '\(prefix)' IN (n.nspname, left(y.typname, \(prefix.utf8.count))) GROUP BY e.enumtypid
      UNION ALL SELECT format('domain %s %s%s%s %s', y.oid::regtype, format_type(y.typbasetype, y.typtypmod),
          CASE WHEN y.typnotnull THEN ' NOT NULL' END, ' DEFAULT ' || y.typdefault,
          (SELECT string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid), ',' ORDER BY k.conname)
            FROM pg_constraint k WHERE k.contypid = y.oid AND k.contype = 'c'))
        FROM pg_type y WHERE y.typtype = 'd' AND left(y.typname, \(prefix.utf8.count)) = '\(prefix)'
      UNION ALL SELECT format('attribute %s.%s %s', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod))
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'c' AND left(c.relname, \(prefix.utf8.count)) = '\(prefix)' AND NOT a.attisdropped
      ORDER BY 1
      """)
    return (0..<result.rowCount).map { result[$0, 0] ?? "" }
  }
}
