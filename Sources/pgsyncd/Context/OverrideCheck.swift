import LibPQ
import PostgresTypes
import SchemaDrift
import SyncConfiguration
import SyncEngine

/// Refuses overrides that name a table, a column, a type or a time zone that does not exist: one that allows nothing
/// because of a slip of the finger would be found out when it is needed.
struct OverrideCheck {
  /// What is known of a table, under any of its shapes.
  private struct Known {
    var oid: OID?
    var isStored = false
    /// Columns that the source has or had.
    var source: Set<String> = []
    /// Columns that the target has or had.
    var target: Set<String> = []
  }

  private let configuration: Configuration
  private let source: PostgresConnection?
  private let target: PostgresConnection
  private let catalog: PipelineCatalog

  /// - Parameter source: nil if only what is stored can be asked.
  init(_ context: CommandContext, source: PostgresConnection?, target: PostgresConnection) {
    self.init(context.configuration, source: source, target: target)
  }

  /// The same with settings that are not in force yet.
  init(_ configuration: Configuration, source: PostgresConnection?, target: PostgresConnection) {
    self.configuration = configuration
    self.source = source
    self.target = target
    catalog = PipelineCatalog(target, pipeline: configuration.pipeline)
  }

  /// Checks the flags and the file.
  ///
  /// - Throws: ``CommandFailure`` of usage with the place and the nearest valid name.
  func check() throws {
    for layer in [configuration.flagOverrides, configuration.fileOverrides] {
      if let zone = layer.general.timezone { try requireTimeZone(zone, at: "schema.timezone") }
    }
    let overrides = configuration.flagOverrides.tables + configuration.fileOverrides.tables
    guard !overrides.isEmpty else { return }
    var known = try tables(Array(Set(overrides.map(\.table))))
    for override in overrides {
      let place = "\(override.origin)"
      guard var table = known[override.table] else { throw try unknownTable(override.table, at: place) }
      if case .settings(let settings) = override.subject, let zone = settings.timezone {
        try requireTimeZone(zone, at: place)
      }
      guard let column = override.column else { continue }
      if !Self.columns(table, for: override).contains(column), table.isStored, let oid = table.oid {
        table.source.formUnion(try catalog.parkedColumns(oid))
        known[override.table] = table
      }
      let valid = Self.columns(table, for: override)
      guard valid.contains(column) else { throw unknownColumn(column, of: override.table, among: valid, at: place) }
      if case .cast(_, let type) = override.subject { try requireType(type, at: place) }
    }
  }

  /// A column is skipped or cast by its name on the source; what the source has dropped has its name on the target.
  private static func columns(_ table: Known, for override: TableOverride) -> Set<String> {
    switch override.subject {
    case .skip, .cast, .settings: table.source
    case .preserve, .null: table.source.union(table.target)
    }
  }

  private func tables(_ names: [QualifiedName]) throws -> [QualifiedName: Known] {
    var known: [QualifiedName: Known] = [:]
    if let source {
      for table in try TableIntrospector(source).tables(named: names) {
        known[table.name, default: Known()].source.formUnion(table.columns.map(\.name))
        known[table.name]?.oid = table.oid
      }
    }
    if try catalog.pipelineRecordIfAny() != nil {
      let losses = try catalog.losses()
      for record in try catalog.tables() where names.contains(record.name) || names.contains(record.sourceSchema.name) {
        for name in Set([record.name, record.sourceSchema.name]) where names.contains(name) {
          var table = known[name] ?? Known()
          table.isStored = true
          table.oid = record.sourceOID
          table.source.formUnion(record.sourceSchema.columns.map(\.name))
          table.target.formUnion(record.targetSchema?.columns.map(\.name) ?? [])
          // What an override has let go once may be gone from both sides; the override is no mistake for that.
          let former = losses[record.sourceOID, default: []].compactMap(\.column)
          table.source.formUnion(former)
          table.target.formUnion(former)
          known[name] = table
        }
      }
    }
    for table in try TableIntrospector(target).tables(named: Array(known.keys)) {
      known[table.name]?.target.formUnion(table.columns.map(\.name))
    }
    return known
  }

  private func unknownTable(_ name: QualifiedName, at place: String) throws -> CommandFailure {
    var candidates: [QualifiedName] = []
    if let source { candidates = try TableIntrospector(source).candidates().filter { $0.obstacle == nil }.map(\.name) }
    if candidates.isEmpty, try catalog.pipelineRecordIfAny() != nil { candidates = try catalog.tables().map(\.name) }
    return UnknownTable.failure(name, among: candidates, on: "\(place): there is no table")
  }

  private func unknownColumn(
    _ column: String, of table: QualifiedName, among valid: Set<String>, at place: String
  ) -> CommandFailure {
    var message = "\(place): \(table.sql) has no column '\(column)'"
    if let likely = NearestName.likely(for: column, among: valid) {
      message += "; did you mean '\(likely)'?"
    } else if let nearest = NearestName.nearest(to: column, among: valid) {
      message += "; the nearest name is '\(nearest)'"
    }
    return .usage(message)
  }

  private func requireType(_ type: String, at place: String) throws {
    var isKnown = false
    do throws(PostgresError) {
      // A type in schema public may go without its schema, as a table may.
      let found = try target.query("SELECT coalesce(to_regtype($1), to_regtype('public.' || $1)) IS NOT NULL", [type])
      isKnown = found[0, 0] == "t"
    } catch {
      // Text that is no type at all, or a modifier that the type does not take.
      guard ["42601", "22023"].contains(error.sqlState?.rawValue) else { throw error }
    }
    if isKnown { return }
    var message = "\(place): the target has no type '\(type)'"
    let names = try target.query(
      """
      SELECT format_type(oid, NULL) FROM pg_type
      WHERE typtype IN ('b', 'd', 'e', 'r', 'c') AND typelem = 0 AND typrelid = 0
      """)
    let valid = Self.texts(names) + ["int", "varchar", "decimal", "float", "timestamptz"]
    if let nearest = NearestName.nearest(to: String(type.prefix { $0 != "(" }), among: valid) {
      message += "; the nearest name is '\(nearest)'"
    }
    throw CommandFailure.usage(message)
  }

  private func requireTimeZone(_ zone: String, at place: String) throws {
    var isKnown = true
    do throws(PostgresError) {
      try target.query("SELECT timestamp 'epoch' AT TIME ZONE $1", [zone])
    } catch {
      guard error.sqlState?.rawValue == "22023" else { throw error }
      isKnown = false
    }
    if isKnown { return }
    var message = "\(place): there is no time zone '\(zone)'"
    let names = Self.texts(try target.query("SELECT name FROM pg_timezone_names"))
    if let nearest = NearestName.nearest(to: zone, among: names) { message += "; the nearest name is '\(nearest)'" }
    throw CommandFailure.usage(message)
  }

  private static func texts(_ result: QueryResult) -> [String] {
    (0..<result.rowCount).compactMap { result[$0, 0] }
  }
}
