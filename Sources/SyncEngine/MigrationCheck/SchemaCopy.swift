import LibPQ
import PostgresTypes
import SchemaDrift

/// Rebuilds the schema of a database in a scratch one, without its data: extensions, functions, tables with their types,
/// sequences, keys and partitions, constraints, indexes, views and triggers, as its catalog tells them.
///
/// What cannot be rebuilt is named, and left out: roles, privileges, policies, rules, tablespaces and whatever depends on
/// something that is missing.
struct SchemaCopy {
  let origin: PostgresConnection
  let copy: PostgresConnection

  /// Rebuilds everything that can be; returns the names of what could not.
  func build() throws(PostgresError) -> [String] {
    try copy.execute("SET check_function_bodies = off")
    var missing: [String] = []
    let introspector = TableIntrospector(origin)
    let tables = try introspector.candidates().filter {
      $0.obstacle == nil && $0.belongsToExtension == nil && $0.name.schema != "pgsyncd"
    }
    let schemas = try rows("schema", Self.schemas, [])
    missing += try run(schemas)
    missing += try run(rows("extension", Self.extensions, []))
    let functions = try rows("function", Self.functions, [])
    let delayed = Set(try run(functions))
    var open = try introspector.tables(oids: tables.map(\.oid)).map { table in
      (name: "table \(table.name)", statements: Judgement(source: table, target: nil).verdict().fix)
    }
    // A table may need another one (a type of its rows, a foreign key): what fails is tried again while others succeed.
    var count = open.count + 1
    while !open.isEmpty, open.count < count {
      count = open.count
      var refused: [(name: String, statements: [String])] = []
      for table in open where try !runAll(table.statements) { refused.append(table) }
      open = refused
    }
    missing += open.map(\.name)
    missing += try run(functions.filter { delayed.contains($0.name) })
    let oids = "{" + tables.map(\.oid.description).joined(separator: ",") + "}"
    for (kind, query) in [
      ("constraint", Self.constraints), ("index", Self.indexes), ("view", Self.views), ("trigger", Self.triggers),
    ] {
      missing += try run(rows(kind, query, [oids]))
    }
    try copy.execute("RESET check_function_bodies")
    return missing
  }

  private func rows(
    _ kind: String, _ query: String, _ parameters: [String?]
  ) throws(PostgresError) -> [(name: String, statement: String)] {
    let result = try origin.query(query, parameters)
    return (0..<result.rowCount).map { ("\(kind) \(result[$0, 0] ?? "")", result[$0, 1] ?? "") }
  }

  private func run(_ objects: [(name: String, statement: String)]) throws(PostgresError) -> [String] {
    var refused: [String] = []
    for object in objects where try !runAll([object.statement]) { refused.append(object.name) }
    return refused
  }

  /// True if all statements succeeded; otherwise none has happened. What exists already is as good.
  private func runAll(_ statements: [String]) throws(PostgresError) -> Bool {
    do {
      try copy.execute("BEGIN")
      for statement in statements { try copy.execute(statement) }
      try copy.execute("COMMIT")
      return true
    } catch {
      guard !error.endsConnection else { throw error }
      try copy.execute("ROLLBACK")
      // duplicate_table, duplicate_object: made along with its table.
      return ["42P07", "42710"].contains(error.sqlState?.rawValue)
    }
  }

  private static let own = """
    n.nspname <> 'information_schema' AND n.nspname <> 'pgsyncd' AND n.nspname !~ '^pg_'
    """
  private static let noExtension = "NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')"

  private static let schemas = """
    SELECT n.nspname, format('CREATE SCHEMA IF NOT EXISTS %I', n.nspname) FROM pg_namespace n
    WHERE \(own) ORDER BY n.oid
    """
  private static let extensions = """
    SELECT extname, format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I', extname, n.nspname)
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname <> 'plpgsql' ORDER BY e.oid
    """
  private static let functions = """
    SELECT o.oid::regprocedure::text, pg_get_functiondef(o.oid)
    FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace
    WHERE o.prokind IN ('f', 'p') AND \(own) AND \(noExtension) ORDER BY o.oid
    """
  private static let constraints = """
    SELECT o.conname, format('ALTER TABLE %s ADD CONSTRAINT %I %s', o.conrelid::regclass, o.conname,
      pg_get_constraintdef(o.oid))
    FROM pg_constraint o
    WHERE o.conrelid = ANY ($1::oid[]) AND o.contype IN ('c', 'f', 'x') AND o.conparentid = 0 ORDER BY o.oid
    """
  private static let indexes = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = ANY ($1::oid[]) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
    ORDER BY i.indexrelid
    """
  private static let views = """
    SELECT o.oid::regclass::text, format('CREATE %s %s AS %s',
      CASE o.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, o.oid::regclass, pg_get_viewdef(o.oid))
    FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
    WHERE o.relkind IN ('v', 'm') AND \(own) AND \(noExtension) AND $1::oid[] IS NOT NULL ORDER BY o.oid
    """
  private static let triggers = """
    SELECT o.tgname, pg_get_triggerdef(o.oid) FROM pg_trigger o
    WHERE o.tgrelid = ANY ($1::oid[]) AND NOT o.tgisinternal AND o.tgparentid = 0 ORDER BY o.oid
    """
}
