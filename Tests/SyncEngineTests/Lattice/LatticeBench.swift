import LibPQ
import PostgresClusters
import PostgresTypes
import SchemaDrift

@testable import SyncEngine

/// What became of the values of one type on their way to another and back.
struct LatticeTrial {
  var source: TypeReference
  var target: TypeReference
  var conversion: TypeConversion
  var survived = 0
  var changed = 0
  var refused = 0
  /// The first value that did not survive.
  var example = ""
  /// Values about which the engine's check of single values says something else.
  var misjudged = 0
  var misjudgedExample = ""
  /// The witness of the message if it is a value of the type, and what the target made of it (nil: refused).
  var witness: WitnessExample?
  var seen: String?
}

/// A server with all types and values of ``LatticeTypes``, and what the lattice makes of them.
final class LatticeBench {
  /// The types as the engine reads them from a catalog.
  let types: [TypeReference]
  private let cluster: ThrowawayCluster
  private let connection: PostgresConnection
  private let timezone: String
  private let columns: [ColumnSchema]

  init(timezone: String) throws {
    self.timezone = timezone
    cluster = try ThrowawayCluster()
    connection = try PostgresConnection(cluster.connectionSettings(), applicationName: "lattice")
    try connection.execute(LatticeTypes.definitions)
    let declared = LatticeTypes.all.enumerated().map { "c\($0.offset) \($0.element)" }.joined(separator: ", ")
    try connection.execute("CREATE TABLE public.shelf (\(declared))")
    let shelf = try TableIntrospector(connection).tables(named: [QualifiedName(schema: "public", name: "shelf")])
    columns = shelf[0].columns
    types = columns.map(\.type)
    try connection.execute("CREATE TABLE public.pool (v text); CREATE TABLE public.samples (type integer, v text)")
    let literals = LatticeTypes.values.map { "(" + SQLLiteral.quoted($0) + ")" }.joined(separator: ", ")
    try connection.execute("INSERT INTO public.pool VALUES \(literals)")
    try connection.execute("INSERT INTO public.pool \(LatticeTypes.generated)")
    for (number, type) in types.enumerated() {
      try connection.execute(
        Self.block(
          "p text; s \(type.sqlName);",
          """
          FOR p IN SELECT DISTINCT v FROM public.pool LOOP
            BEGIN
              s := p::\(type.castName);
              -- What its own type does not read again is no value to try.
              s := concat(s)::\(type.castName);
              INSERT INTO public.samples VALUES (\(number), concat(s));
            EXCEPTION WHEN OTHERS THEN NULL;
            END;
          END LOOP;
          """))
    }
    try connection.execute("CREATE TABLE public.values AS SELECT DISTINCT type, v FROM public.samples; ANALYZE")
    try connection.execute(
      """
      CREATE TABLE public.witnesses (source integer, target integer, seen text);
      CREATE TABLE public.trials (source integer, target integer, survived integer, changed integer, refused integer, example text,
        misjudged integer, misjudged_example text)
      """)
  }

  func close() { connection.close() }

  /// Sends all values of one type to every type and back.
  func trials(of source: Int) throws -> [LatticeTrial] {
    let mappings = types.indices.map { mapping(source, $0) }
    try connection.execute(
      types.indices.map { trialBlock(source, $0, mappings[$0]) + ";" + witnessBlock(source, $0, mappings[$0]) }.joined()
    )
    var trials = types.indices.map {
      LatticeTrial(source: types[source], target: types[$0], conversion: mappings[$0].conversion)
    }
    let rows = try connection.query("SELECT * FROM public.trials WHERE source = \(source)")
    for row in 0..<rows.rowCount {
      guard let target = rows[row, 1].flatMap({ Int($0) }) else { continue }
      trials[target].survived = rows[row, 2].flatMap { Int($0) } ?? 0
      trials[target].changed = rows[row, 3].flatMap { Int($0) } ?? 0
      trials[target].refused = rows[row, 4].flatMap { Int($0) } ?? 0
      trials[target].example = rows[row, 5] ?? ""
      trials[target].misjudged = rows[row, 6].flatMap { Int($0) } ?? 0
      trials[target].misjudgedExample = rows[row, 7] ?? ""
    }
    let witnesses = try connection.query("SELECT target, seen FROM public.witnesses WHERE source = \(source)")
    for row in 0..<witnesses.rowCount {
      guard let target = witnesses[row, 0].flatMap({ Int($0) }) else { continue }
      trials[target].witness = WitnessExample(of: mappings[target].conversion)
      trials[target].seen = witnesses[row, 1]
    }
    return trials
  }

  private func trialBlock(_ source: Int, _ target: Int, _ mapping: ColumnMapping) -> String {
    // Under the policy the engine checks values only where it has to. Without the source's type, or into text that is
    // padded, the check is stricter than it would have to be.
    let isStrict = mapping.wayBack == .text || types[target].withoutDomains.name.name == "bpchar"
    let check =
      mapping.check == .exactRoundTrip
      ? """
      BEGIN
        said := \(mapping.isChanged("p", as: types[target].withoutDomains));
      EXCEPTION WHEN OTHERS THEN said := true;
      END;
      IF said = came_back AND NOT (said AND \(isStrict)) THEN
        misjudged := misjudged + 1;
        misjudged_example := concat(p, ' (', said, ')');
      END IF;
      """ : ""
    return Self.block(
      """
      p text; s \(types[source].sqlName); t \(types[target].sqlName); came_back boolean; said boolean;
      survived integer := 0; changed integer := 0; refused integer := 0; example text;
      misjudged integer := 0; misjudged_example text;
      """,
      """
      FOR p IN SELECT v FROM public.values WHERE type = \(source) LOOP
        BEGIN
          t := \(mapping.expression(for: "p", as: types[target].withoutDomains));
          s := \(back(mapping, source));
          came_back := concat(s) COLLATE "C" = p;
          IF came_back THEN
            survived := survived + 1;
          ELSE
            changed := changed + 1;
            example := coalesce(example, concat(p, ' to ', t, ' to ', s));
          END IF;
        EXCEPTION WHEN OTHERS THEN
          refused := refused + 1;
          came_back := false;
          example := coalesce(example, concat(p, ': ', SQLERRM));
        END;
        \(check)
      END LOOP;
      INSERT INTO public.trials
      VALUES (\(source), \(target), survived, changed, refused, example, misjudged, misjudged_example);
      """)
  }

  /// What the target holds of the witness in the message, of arrays as their element; NULL if it is refused.
  private func witnessBlock(_ source: Int, _ target: Int, _ mapping: ColumnMapping) -> String {
    guard let witness = WitnessExample(of: mapping.conversion) else { return "" }
    var (given, seen) = (SQLLiteral.quoted(witness.value), "t")
    switch (types[source].definition, types[target].definition) {
    case (.array, .array): (given, seen) = ("ARRAY[" + given + "]", "t[1]")
    case (.base, _), (.domain, _), (.enumeration, _): break
    // The witness is one of something inside.
    default: return ""
    }
    return Self.block(
      "p text; s \(types[source].sqlName); t \(types[target].sqlName); seen text;",
      """
      BEGIN
        s := \(given)::\(types[source].castName);
        p := concat(s);
      EXCEPTION WHEN OTHERS THEN
        INSERT INTO public.witnesses VALUES (\(source), \(target), 'no value of the source''s type');
        RETURN;
      END;
      BEGIN
        t := \(mapping.expression(for: "p", as: types[target].withoutDomains));
        seen := concat(\(seen));
      EXCEPTION WHEN OTHERS THEN seen := NULL;
      END;
      INSERT INTO public.witnesses VALUES (\(source), \(target), seen);
      """) + ";"
  }

  /// The mapping of a verdict on two tables with these columns under `cast_if_exact`.
  private func mapping(_ source: Int, _ target: Int) -> ColumnMapping {
    var from = columns[source]
    var into = columns[target]
    (from.name, into.name) = ("c", "c")
    var policy = DriftPolicy.strict
    policy.typeMismatches = .castIfExact
    policy.timezone = timezone
    let name = QualifiedName(schema: "public", name: "t")
    var table = TableSchema(oid: OID(rawValue: 1), name: name, columns: [from])
    table.replicaIdentity = .full
    let verdict = Judgement(
      source: table, target: TableSchema(oid: OID(rawValue: 2), name: name, columns: [into]), policy: policy
    ).verdict()
    return verdict.columns.first
      ?? ColumnMapping(
        source: "c", ordinal: 0, target: "c",
        conversion: .between(from.type, into.type, timezone: timezone))
  }

  private func back(_ mapping: ColumnMapping, _ source: Int) -> String {
    // Where only the spelling differs a value is cast back, as the engine does.
    if let zone = mapping.timeZone { return "t AT TIME ZONE " + SQLLiteral.quoted(zone) }
    let type = types[source].withoutDomains.castName
    if case .casting = mapping.wayBack { return "t::" + type }
    return "concat(t)::" + type
  }

  private static func block(_ declarations: String, _ body: String) -> String {
    "DO $block$ DECLARE \(declarations) BEGIN \(body) END $block$"
  }
}
