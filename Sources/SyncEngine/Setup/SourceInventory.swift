import LibPQ
import PostgresTypes
import SchemaDrift

/// Which tables of the source a pipeline replicates, and what of the source it does not.
struct SourceInventory {
  /// The publication, if it exists already.
  var publication: Publication?
  /// The chosen tables as the publication sends them, ordered by name.
  var tables: [TableSchema]
  /// What was found while choosing.
  var problems: [SetupProblem]

  /// Chooses the tables.
  ///
  /// An existing publication says which tables there are, and patterns choose among them. Without one, patterns choose
  /// among all tables that can be replicated.
  ///
  /// - Parameters:
  ///   - patterns: What the user asked for; nil if nothing.
  ///   - publicationName: The publication that is used, or created.
  init(
    _ connection: PostgresConnection, patterns: TablePatterns?, publicationName: String
  ) throws(TableSelectionError) {
    do {
      let introspector = TableIntrospector(connection)
      publication = try Publication.find(publicationName, connection)
      let candidates = try introspector.candidates()
      let wanted = try (patterns ?? TablePatterns()).selection(from: candidates)
      problems = []
      if let publication {
        problems = publication.problems
        tables = try introspector.publishedTables(publicationName).filter { table in
          patterns?.choose(table.name) ?? !Self.isSystem(table.name)
        }
        if patterns != nil { try noteGap(wanted, introspector, publication) }
      } else {
        tables = try introspector.tables(oids: wanted.map(\.oid))
      }
      try noteWhatIsLeftOut(candidates, patterns ?? TablePatterns(), connection)
    } catch let error as TablePatternError {
      throw .pattern(error)
    } catch let error as PostgresError {
      throw .postgres(error)
    } catch {
      preconditionFailure("nothing else is thrown here: \(error)")
    }
  }

  /// `FOR ALL TABLES` also means the catalog of pipelines that write to the source database.
  private static func isSystem(_ name: QualifiedName) -> Bool {
    name.schema == "pgsyncd" || name.schema == "information_schema"
  }

  /// Tables that were asked for and that the publication does not send.
  private mutating func noteGap(
    _ wanted: [CandidateTable], _ introspector: TableIntrospector, _ publication: Publication
  ) throws(PostgresError) {
    let sent = Set(tables.map(\.oid))
    let absent = wanted.filter { !sent.contains($0.oid) }
    if absent.isEmpty { return }
    let schemas = try introspector.tables(oids: absent.map(\.oid)).filter { table in
      // Without publish_via_partition_root a root is sent as its partitions.
      publication.sendsViaRoot || table.kind != .partitioned || table.partitions.isEmpty
        || !table.partitions.contains { partition in tables.contains { $0.name == partition.name } }
    }
    if schemas.isEmpty { return }
    problems.append(
      SetupProblem(
        .failure,
        "The publication \(SQLIdentifier.quoted(publication.name)) does not contain \(Listing.of(schemas.map(\.name)))",
        why: "An existing publication is used as it is", on: .source,
        fix: [Publication.addition(publication.name, schemas)]))
  }

  /// What is not replicated is said once, at setup.
  private mutating func noteWhatIsLeftOut(
    _ candidates: [CandidateTable], _ patterns: TablePatterns, _ connection: PostgresConnection
  ) throws(PostgresError) {
    func note(_ what: String, _ isMeant: (CandidateTable.Obstacle) -> Bool, advice: String? = nil) {
      let names = candidates.filter { $0.obstacle.map(isMeant) ?? false && patterns.choose($0.name) }.map(\.name)
      if names.isEmpty { return }
      problems.append(
        SetupProblem(.note, "Not replicated: \(what) \(Listing.of(names))", on: .source, advice: advice))
    }
    note("unlogged tables, which leave nothing in the log:", { $0 == .unlogged })
    note("foreign tables, whose rows live elsewhere:", { $0 == .foreign })
    note(
      "materialized views:", { $0 == .materializedView },
      advice: "REFRESH MATERIALIZED VIEW on the target when it is needed")
    let row = try connection.query(
      """
      SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind = 'S' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'pgsyncd')),
        (SELECT count(*) FROM pg_largeobject_metadata)
      """
    ).onlyRow()
    if try row.integer(0, as: Int.self) > 0 {
      problems.append(
        SetupProblem(
          .note, "Not replicated: the values of \(try row.text(0)) sequences", on: .source,
          advice: "Set them on the target (setval) before an application writes there"))
    }
    if try row.integer(1, as: Int.self) > 0 {
      problems.append(
        SetupProblem(.note, "Not replicated: \(try row.text(1)) large objects", on: .source))
    }
  }
}
