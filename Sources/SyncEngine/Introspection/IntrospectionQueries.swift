/// The statements that read the schemas of any number of tables, each for all of them at once.
///
/// `$1` is the array of the tables' OIDs. All need an empty `search_path`, so that every name comes out qualified.
///
/// None of them waits for a table that another session holds under ACCESS EXCLUSIVE, with two exceptions: the
/// expression of a generated column, and a partition key or row filter with an expression, are printed by functions
/// that open their table. Everything else avoids those functions: a DEFAULT or a partition bound refers to no
/// column, so `pg_get_expr` prints it without the table (relation 0).
enum IntrospectionQueries {
  /// OID, schema, name, kind, replica identity, file node, row security, partition key.
  ///
  /// A partition key of plain columns is put together here; `pg_get_partkeydef` would lock the table.
  static let relations = """
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relreplident, c.relfilenode, row_security_active(c.oid),
      CASE WHEN p.partrelid IS NULL THEN NULL
        WHEN plain.columns IS NULL THEN pg_get_partkeydef(c.oid)
        ELSE CASE p.partstrat WHEN 'r' THEN 'RANGE' WHEN 'l' THEN 'LIST' ELSE 'HASH' END || ' (' || plain.columns || ')'
      END
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
    LEFT JOIN LATERAL (
      SELECT CASE WHEN bool_and(o.opcdefault AND k.collation_oid IN (0, a.attcollation))
        THEN string_agg(quote_ident(a.attname), ', ' ORDER BY k.position) END AS columns
      FROM unnest(p.partattrs::int2[], p.partclass::oid[], p.partcollation::oid[])
        WITH ORDINALITY AS k (attnum, opclass, collation_oid, position)
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
      JOIN pg_opclass o ON o.oid = k.opclass
      WHERE p.partexprs IS NULL
    ) AS plain ON true
    WHERE c.oid = ANY ($1::oid[])
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
    """

  /// Table, attribute number, name, type, modifier, NOT NULL, generated, identity, missing value, collation's schema
  /// and name, expression, whether the expression is volatile, the row's version.
  ///
  /// The functions that an expression calls stand in its stored tree; `pg_depend` does not list the built-in ones.
  ///
  /// A partitioned table has no rows of its own: what its rows read for a column that was added is kept by its
  /// partitions, and is the same in all of them unless some were attached with rows of their own.
  static let columns = """
    SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated, a.attidentity,
      CASE WHEN a.atthasmissing THEN a.attmissingval::text ELSE leaves.missing END,
      cn.nspname, co.collname,
      pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0::oid ELSE d.adrelid END),
      d.oid IS NOT NULL AND EXISTS (
        SELECT FROM regexp_matches(d.adbin::text, ':(?:funcid|opfuncid) (\\d+)', 'g') AS called (function)
        JOIN pg_proc p ON p.oid = called.function[1]::oid
        WHERE p.provolatile = 'v'),
      a.xmin
    FROM pg_attribute a
    JOIN pg_class r ON r.oid = a.attrelid
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN LATERAL (
      WITH RECURSIVE descendant (oid) AS (
        SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = a.attrelid
      UNION ALL
        SELECT i.inhrelid FROM descendant d JOIN pg_inherits i ON i.inhparent = d.oid
      )
      SELECT CASE WHEN count(DISTINCT l.attmissingval::text) = 1 THEN min(l.attmissingval::text) END AS missing
      FROM descendant JOIN pg_attribute l ON l.attrelid = descendant.oid
      WHERE l.attname = a.attname AND l.atthasmissing
    ) AS leaves ON r.relkind = 'p'
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
    LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum
    """

  /// OID, modifier, schema, name, kind (`array` or `typtype`), SQL name, cast name, part, part's modifier, NOT NULL,
  /// labels, attributes' names, types and modifiers, checks and their names, extension and its schema, default, collation's
  /// schema and name, what else a range is made of.
  static let types = """
    WITH RECURSIVE used (type, modifier) AS (
      SELECT DISTINCT atttypid, atttypmod
      FROM pg_attribute
      WHERE attrelid = ANY ($1::oid[]) AND attnum > 0 AND NOT attisdropped
    UNION
      SELECT part.type, part.modifier
      FROM used u
      JOIN pg_type t ON t.oid = u.type
      CROSS JOIN LATERAL (
        SELECT e.oid, u.modifier FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid
        UNION ALL SELECT t.typbasetype, t.typtypmod WHERE t.typtype = 'd'
        UNION ALL SELECT r.rngsubtype, -1 FROM pg_range r WHERE r.rngtypid = t.oid
        UNION ALL SELECT r.rngtypid, -1 FROM pg_range r WHERE t.typtype = 'm' AND r.rngmultitypid = t.oid
        UNION ALL SELECT a.atttypid, a.atttypmod FROM pg_attribute a
          WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      ) AS part (type, modifier)
    )
    SELECT u.type, u.modifier, n.nspname, t.typname,
      CASE WHEN e.oid IS NOT NULL THEN 'array' ELSE t.typtype::text END,
      format_type(u.type, u.modifier), format_type(u.type, -1),
      CASE WHEN e.oid IS NOT NULL THEN e.oid
        WHEN t.typtype = 'd' THEN t.typbasetype
        WHEN t.typtype = 'r' THEN (SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid)
        WHEN t.typtype = 'm' THEN (SELECT r.rngtypid FROM pg_range r WHERE r.rngmultitypid = t.oid) END,
      CASE WHEN e.oid IS NOT NULL THEN u.modifier WHEN t.typtype = 'd' THEN t.typtypmod ELSE -1 END,
      t.typnotnull,
      (SELECT array_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = t.oid),
      attributes.names, attributes.types, attributes.modifiers,
      (SELECT array_agg(pg_get_constraintdef(k.oid) ORDER BY k.conname)
        FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
      (SELECT array_agg(k.conname ORDER BY k.conname)
        FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
      x.extname, xn.nspname,
      CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0) END, cn.nspname, co.collname,
      (SELECT concat(
          CASE WHEN NOT o.opcdefault THEN format(', SUBTYPE_OPCLASS = %I.%I', ns.nspname, o.opcname) END,
          CASE WHEN r.rngcollation NOT IN (0, s.typcollation) THEN (
            SELECT format(', COLLATION = %I.%I', nc.nspname, c.collname)
            FROM pg_collation c JOIN pg_namespace nc ON nc.oid = c.collnamespace WHERE c.oid = r.rngcollation) END,
          CASE WHEN r.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff::text END,
          format(', MULTIRANGE_TYPE_NAME = %I.%I', nm.nspname, m.typname))
        FROM pg_range r
        JOIN pg_type s ON s.oid = r.rngsubtype
        JOIN pg_opclass o ON o.oid = r.rngsubopc
        JOIN pg_namespace ns ON ns.oid = o.opcnamespace
        JOIN pg_type m ON m.oid = r.rngmultitypid
        JOIN pg_namespace nm ON nm.oid = m.typnamespace
        WHERE r.rngtypid = t.oid AND n.nspname <> 'pg_catalog')
    FROM used u
    JOIN pg_type t ON t.oid = u.type
    JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
    LEFT JOIN pg_depend xd ON xd.classid = 'pg_type'::regclass AND xd.objid = t.oid AND xd.deptype = 'e'
      AND xd.refclassid = 'pg_extension'::regclass
    LEFT JOIN pg_extension x ON x.oid = xd.refobjid
    LEFT JOIN pg_namespace xn ON xn.oid = x.extnamespace
    LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
    LEFT JOIN pg_collation co ON co.oid = t.typcollation AND t.typcollation <> b.typcollation
    LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    LEFT JOIN LATERAL (
      SELECT array_agg(a.attname ORDER BY a.attnum) AS names, array_agg(a.atttypid ORDER BY a.attnum) AS types,
        array_agg(a.atttypmod ORDER BY a.attnum) AS modifiers
      FROM pg_attribute a
      WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS attributes ON true
    """

  /// Table, index, columns, primary, immediate, partial or with an expression, replica identity, the constraint's
  /// definition.
  static let keys = """
    SELECT i.indrelid, c.relname,
      (SELECT array_agg(a.attname ORDER BY k.position)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE k.position <= i.indnkeyatts),
      i.indisprimary, i.indimmediate, i.indpred IS NOT NULL OR i.indexprs IS NOT NULL, i.indisreplident,
      pg_get_constraintdef(k.oid)
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u')
    WHERE i.indrelid = ANY ($1::oid[]) AND i.indisunique AND i.indisvalid AND i.indisready AND i.indislive
    ORDER BY i.indrelid, c.relname COLLATE "C"
    """

  /// Table, check or exclusion constraint, definition.
  ///
  /// The definition of a check opens its table; that of a table which another session holds is left out.
  static let constraints = """
    WITH locked AS MATERIALIZED (\(lockedTables))
    SELECT k.conrelid, k.conname,
      CASE WHEN NOT EXISTS (SELECT FROM locked l WHERE l.relation = k.conrelid) THEN pg_get_constraintdef(k.oid) END
    FROM pg_constraint k
    WHERE k.conrelid = ANY ($1::oid[]) AND k.contype IN ('c', 'x')
    ORDER BY k.conrelid, k.conname COLLATE "C"
    """

  /// Table, index, definition: the indexes that belong to no constraint. The same holds for every index.
  static let indexes = """
    WITH locked AS MATERIALIZED (\(lockedTables))
    SELECT i.indrelid, c.relname,
      CASE WHEN NOT EXISTS (SELECT FROM locked l WHERE l.relation = i.indrelid)
        THEN replace(pg_get_indexdef(i.indexrelid), format(' ON ONLY %I.%I ', n.nspname, t.relname),
          format(' ON %I.%I ', n.nspname, t.relname)) END
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE i.indrelid = ANY ($1::oid[]) AND i.indisvalid AND i.indislive
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    ORDER BY i.indrelid, c.relname COLLATE "C"
    """

  private static let lockedTables = """
    SELECT l.relation
    FROM pg_locks l
    WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid()
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    """

  /// Table, view's schema and name, kind, columns: the views that use columns of the tables.
  static let dependentViews = """
    SELECT d.refobjid, n.nspname, v.relname, v.relkind, array_agg(DISTINCT a.attname)
    FROM pg_depend d
    JOIN pg_rewrite r ON r.oid = d.objid
    JOIN pg_class v ON v.oid = r.ev_class AND v.oid <> d.refobjid
    JOIN pg_namespace n ON n.oid = v.relnamespace
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
      AND d.refobjid = ANY ($1::oid[]) AND d.refobjsubid > 0
    GROUP BY d.refobjid, n.nspname, v.relname, v.relkind
    ORDER BY d.refobjid, n.nspname COLLATE "C", v.relname COLLATE "C"
    """

  /// Table, trigger: those that fire under `session_replication_role = replica`.
  static let triggers = """
    SELECT t.tgrelid, t.tgname
    FROM pg_trigger t
    WHERE t.tgrelid = ANY ($1::oid[]) AND t.tgenabled IN ('A', 'R') AND NOT t.tgisinternal
    ORDER BY t.tgrelid, t.tgname COLLATE "C"
    """

  /// Table, constraint, columns, referenced schema and table, definition.
  ///
  /// A foreign key to a partitioned table has a constraint of its own for each partition; those say nothing new.
  static let foreignKeys = """
    SELECT k.conrelid, k.conname,
      (SELECT array_agg(a.attname ORDER BY c.position)
        FROM unnest(k.conkey) WITH ORDINALITY AS c (attnum, position)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.attnum),
      n.nspname, r.relname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k
    JOIN pg_class r ON r.oid = k.confrelid
    JOIN pg_namespace n ON n.oid = r.relnamespace
    WHERE k.conrelid = ANY ($1::oid[]) AND k.contype = 'f' AND NOT EXISTS (
      SELECT FROM pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
    ORDER BY k.conrelid, k.conname COLLATE "C"
    """

  /// Root, partition's schema and name, its parent's schema and name, bound, partition key, OID, file node, whether it
  /// was a table of its own before: then another transaction made it than the one that attached it.
  static let partitions = """
    WITH RECURSIVE below AS (
      SELECT i.inhparent AS root, i.inhrelid AS oid, i.inhparent AS parent, 1 AS depth, i.xmin AS attached_by
      FROM pg_inherits i
      JOIN pg_class p ON p.oid = i.inhparent AND p.relkind = 'p'
      WHERE i.inhparent = ANY ($1::oid[]) AND NOT i.inhdetachpending
    UNION ALL
      SELECT b.root, i.inhrelid, i.inhparent, b.depth + 1, i.xmin
      FROM below b
      JOIN pg_inherits i ON i.inhparent = b.oid
      JOIN pg_class p ON p.oid = i.inhparent AND p.relkind = 'p'
      WHERE NOT i.inhdetachpending
    )
    SELECT b.root, n.nspname, c.relname, pn.nspname, p.relname, pg_get_expr(c.relpartbound, 0),
      CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, c.oid, c.relfilenode,
      y.xmin::text <> b.attached_by::text
    FROM below b
    JOIN pg_class c ON c.oid = b.oid
    JOIN pg_type y ON y.oid = c.reltype
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class p ON p.oid = b.parent
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
    ORDER BY b.root, b.depth, n.nspname COLLATE "C", c.relname COLLATE "C"
    """

  /// `$1` schemas, `$2` names: the OIDs of those that exist.
  static let oidsByName = """
    SELECT c.oid
    FROM unnest($1::text[], $2::text[]) AS wanted (schema, name)
    JOIN pg_namespace n ON n.nspname = wanted.schema
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
    """

  /// OID, schema, name, kind, persistence, the root's schema and name for a partition, extension: everything outside
  /// the system schemas and outside our own.
  static let candidates = """
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, rn.nspname, r.relname, e.extname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_class r ON c.relispartition AND r.oid = pg_partition_root(c.oid)
    LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
      AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
    LEFT JOIN pg_extension e ON e.oid = d.refobjid
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
      AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'pgsyncd')
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
    """

  /// `$1` is the publication: table, column list, row filter, whether stored generated columns are sent.
  ///
  /// Partitions appear as their root or as themselves, as `publish_via_partition_root` says. Column lists and row
  /// filters came with PostgreSQL 15, published generated columns with 18.
  static func publishedTables(serverVersion: Int32) -> String {
    let columnList =
      serverVersion < 150_000
      ? "NULL"
      : """
      (SELECT array_agg(a.attname ORDER BY a.attnum)
          FROM unnest(m.prattrs::int2[]) AS listed (attnum)
          JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum = listed.attnum)
      """
    let rowFilter = serverVersion < 150_000 ? "NULL" : "pg_get_expr(t.qual, t.relid)"
    let sendsGenerated = serverVersion < 180_000 ? "false" : "p.pubgencols = 's'"
    return """
      SELECT t.relid, \(columnList), \(rowFilter), \(sendsGenerated)
      FROM pg_publication p
      CROSS JOIN LATERAL pg_get_publication_tables(p.pubname::text) AS t
      LEFT JOIN pg_publication_rel m ON m.prpubid = p.oid AND m.prrelid = t.relid
      WHERE p.pubname = $1
      """
  }
}
