import PostgresTypes
import Testing

@testable import SchemaDrift

/// The decision table of the contract, a row a rule: what both sides look like, and what is decided.
@Suite("The decision table")
struct DecisionTableTests {
  typealias Change = @Sendable (inout TableSchema) -> Void

  struct Row: Sendable, CustomStringConvertible {
    var description: String
    var outcome: CompatibilityVerdict.Outcome
    var reasons: [ReasonCode]
    var fix: [String]
    var judgement: Judgement

    /// `base` is how both sides look before; the changes are made to one of them, and `judge` to the rest.
    init(
      _ description: String, _ outcome: CompatibilityVerdict.Outcome, _ reasons: [ReasonCode] = [], fix: [String] = [],
      base: TableSchema = DecisionTableTests.base, source: Change = { _ in }, target: Change = { _ in },
      judge: @Sendable (inout Judgement) -> Void = { _ in }
    ) {
      self.description = description
      self.outcome = outcome
      self.reasons = reasons
      self.fix = fix
      judgement = Judgement(source: base.with(source), target: base.onTarget.with(target), baseline: base)
      judge(&judgement)
    }
  }

  static let base = TableSchema.make([.id, .email, ColumnSchema("age", .int4)])
  static let mood = TypeReference.enumeration("shop.mood", ["sad", "happy"])
  static let moody = TableSchema.make([.id, ColumnSchema("mood", mood)])
  static let generated = GeneratedColumn(kind: .stored, expression: "(age + 1)")

  static func partition(_ number: UInt32, attached: Bool = false) -> TablePartition {
    TablePartition(
      name: QualifiedName(schema: "public", name: "users_\(number)"), parent: base.name,
      bound: "FOR VALUES IN (\(number))",
      oid: OID(rawValue: 20_000 + number), relationFileNode: 20_000 + number, wasAttached: attached)
  }

  static let partitioned = base.with {
    $0.kind = .partitioned
    $0.partitions = [partition(1), partition(2)]
  }

  /// A column that another one replaces goes only as long as it is the one that was judged.
  static func guardedDrop(_ name: String, _ number: Int16) -> String {
    GuardedStatement.whileColumn(
      ColumnSchema(name, .text, number: number), of: base.name, "ALTER TABLE public.users DROP COLUMN \(name)")
  }

  static let rows: [Row] = [
    Row("the same", .compatible),
    Row("another order of columns", .compatible, source: { $0.columns.reverse() }),
    Row(
      "other OIDs of user-defined types", .compatible, base: moody,
      target: { target in
        target.columns[1].type.oid = OID(rawValue: 55_555)
      }),
    Row(
      "source has a column that the target lacks", .blocked, [.sourceAddedColumn],
      fix: ["ALTER TABLE public.users ADD COLUMN phone text;"],
      source: { $0.columns.append(ColumnSchema("phone", .text, number: 4)) }),
    Row(
      "target has lost a column", .blocked, [.sourceAddedColumn],
      fix: ["ALTER TABLE public.users ADD COLUMN age integer;"],
      target: { $0.columns.removeLast() }),
    Row(
      "target-only column, nullable", .warning, [.targetAddedColumn],
      target: { $0.columns.append(ColumnSchema("x", .text, number: 4)) }),
    Row(
      "target-only column, NOT NULL with a default", .warning, [.targetAddedColumn],
      target: { target in
        target.columns.append(ColumnSchema("x", .text, number: 4, notNull: true).with { $0.defaultExpression = "''" })
      }),
    Row(
      "target-only column, generated", .warning, [.targetAddedColumn],
      target: { target in
        target.columns.append(ColumnSchema("x", .int4, number: 4, notNull: true).with { $0.generated = generated })
      }),
    Row(
      "target-only column, identity", .warning, [.targetAddedColumn],
      target: { target in
        target.columns.append(ColumnSchema("x", .int8, number: 4, notNull: true).with { $0.identity = .always })
      }),
    Row(
      "target-only column, NOT NULL without default", .blocked, [.targetNotNull],
      fix: ["ALTER TABLE public.users ALTER COLUMN x DROP NOT NULL;"],
      target: { $0.columns.append(ColumnSchema("x", .text, number: 4, notNull: true)) }),
    Row(
      "target-only column of a NOT NULL domain", .blocked, [.targetNotNull],
      fix: ["ALTER DOMAIN shop.d DROP NOT NULL;"],
      target: { $0.columns.append(ColumnSchema("x", .domain("shop.d", over: .text, isNotNull: true), number: 4)) }),
    Row(
      "column gone from the source", .blocked, [.sourceRemovedColumn],
      fix: ["ALTER TABLE public.users DROP COLUMN age;"], source: { $0.columns.removeLast() }),
    Row(
      "column renamed on the source", .blocked, [.sourceRenamedColumn],
      fix: ["ALTER TABLE public.users RENAME COLUMN email TO mail;"], source: { $0.columns[1].name = "mail" }),
    Row(
      "column renamed on both sides", .compatible, source: { $0.columns[1].name = "mail" },
      target: { target in
        target.columns[1].name = "mail"
      }),
    Row(
      "column dropped and added again under the same name", .blocked, [.sourceReplacedColumn],
      fix: [guardedDrop("email", 2), "ALTER TABLE public.users ADD COLUMN email varchar(40);"],
      source: { $0.columns[1].attributeNumber = 4 }),
    Row(
      "column dropped and added again under the same name with another type", .blocked, [.sourceReplacedColumn],
      fix: [guardedDrop("email", 2), "ALTER TABLE public.users ADD COLUMN email bigint;"],
      source: { $0.columns[1] = ColumnSchema("email", .int8, number: 4) }),
    Row(
      "column dropped, another added with the same type", .blocked, [.sourceRemovedColumn, .sourceAddedColumn],
      fix: ["ALTER TABLE public.users DROP COLUMN email;", "ALTER TABLE public.users ADD COLUMN mail varchar(40);"],
      source: { $0.columns[1] = ColumnSchema("mail", .varchar(40), number: 4) }),
    Row("type differs, lossless", .compatible, [.safeCast], source: { $0.columns[2].type = .int2 }),
    Row(
      "type differs in its modifier, lossless", .compatible, [.safeCast], target: { $0.columns[1].type = .varchar(41) }),
    Row(
      "type differs, lossy", .blocked, [.unsafeCast], fix: ["ALTER TABLE public.users ALTER COLUMN age TYPE bigint;"],
      source: { $0.columns[2].type = .int8 }),
    Row(
      "type differs in its modifier, lossy", .blocked, [.unsafeCast],
      fix: ["ALTER TABLE public.users ALTER COLUMN email TYPE varchar(60);"],
      source: { $0.columns[1].type = .varchar(60) }),
    Row(
      "anything into text", .blocked, [.unsafeCast],
      fix: ["ALTER TABLE public.users ALTER COLUMN age TYPE integer USING age::integer;"],
      target: { $0.columns[2].type = .text }),
    Row(
      "target NOT NULL where the source is nullable", .warning, [.targetStricter],
      target: { $0.columns[1].isNotNull = true }),
    Row("source NOT NULL where the target is nullable", .compatible, source: { $0.columns[1].isNotNull = true }),
    Row(
      "target's domain has a check", .warning, [.safeCast, .targetStricter].sorted { $0.rank > $1.rank },
      target: {
        $0.columns[2].type = .domain("shop.age", over: .int4, checks: ["CHECK ((VALUE > 0))"])
      }),
    Row(
      "source column maps onto a generated column", .blocked, [.targetGenerated],
      fix: ["ALTER TABLE public.users ALTER COLUMN age DROP EXPRESSION;"],
      target: { $0.columns[2].generated = generated }),
    Row(
      "generated column of the source, plain on the target", .blocked, [.sourceGeneratedColumn],
      fix: [
        guardedDrop("age", 3),
        "ALTER TABLE public.users ADD COLUMN age integer GENERATED ALWAYS AS ((age + 1)) STORED;",
      ],
      source: { $0.columns[2].generated = generated }),
    Row(
      "generated on both sides", .compatible, source: { $0.columns[2].generated = generated },
      target: { target in
        target.columns[2].generated = generated
      }),
    Row(
      "generated on both sides, differently", .warning, [.sourceGeneratedColumn],
      source: { $0.columns[2].generated = generated },
      target: {
        $0.columns[2].generated = GeneratedColumn(kind: .stored, expression: "2")
      }),
    Row(
      "generated column of the source, absent on the target", .warning, [.sourceGeneratedColumn],
      source: { $0.columns[2].generated = generated },
      target: {
        $0.columns.removeLast()
      }),
    Row(
      "generated column that PostgreSQL 18 publishes, plain on the target", .compatible,
      source: {
        $0.columns[2].generated = generated
        $0.publishedColumns = ["id", "email", "age"]
      }),
    Row(
      "table missing on the target", .blocked, [.tableMissing],
      fix: [
        "CREATE TABLE public.users (id bigint NOT NULL, email varchar(40), age integer, "
          + "CONSTRAINT users_pkey PRIMARY KEY (id));"
      ], judge: { $0.target = nil }),
    Row(
      "table renamed on the source", .blocked, [.tableRenamed], fix: ["ALTER TABLE public.users RENAME TO clients;"],
      source: { $0.name.name = "clients" },
      judge: {
        $0.formerTarget = $0.target
        $0.target = nil
      }),
    Row(
      "table moved to another schema and renamed", .blocked, [.tableRenamed],
      fix: [
        "ALTER TABLE public.users RENAME TO clients;",
        "DO $pgsyncd$ BEGIN IF pg_catalog.to_regnamespace('shop') IS NULL THEN CREATE SCHEMA shop; END IF; END $pgsyncd$;",
        "ALTER TABLE public.clients SET SCHEMA shop;",
      ],
      source: { $0.name = QualifiedName(schema: "shop", name: "clients") },
      judge: {
        $0.formerTarget = $0.target
        $0.target = nil
      }),
    Row(
      "table renamed on the source, with a column more", .blocked, [.tableRenamed, .sourceAddedColumn],
      fix: [
        "ALTER TABLE public.users RENAME TO clients;", "ALTER TABLE public.clients ADD COLUMN phone text;",
      ],
      source: {
        $0.name.name = "clients"
        $0.columns.append(ColumnSchema("phone", .text, number: 4))
      },
      judge: {
        $0.formerTarget = $0.target
        $0.target = nil
      }),
    Row(
      "table renamed on both sides", .compatible, source: { $0.name.name = "clients" },
      target: { $0.name.name = "clients" }),
    Row(
      "tables of both names on the target", .blocked, [.tableRenamed], source: { $0.name.name = "clients" },
      target: { $0.name.name = "clients" }, judge: { $0.formerTarget = DecisionTableTests.base.onTarget }),
    Row(
      "tables of both names on the target, and it is known which is which", .compatible,
      source: { $0.name.name = "clients" }, target: { $0.name.name = "clients" },
      judge: {
        $0.formerTarget = DecisionTableTests.base.onTarget.with { $0.oid = OID(rawValue: 5) }
        $0.acceptedTarget = DecisionTableTests.base.onTarget
      }),
    Row("table recreated under the same name", .blocked, [.tableRecreated], source: { $0.oid = OID(rawValue: 99_999) }),
    Row(
      "new table in the publication", .blocked, [.tableAdded],
      judge: { judgement in
        judgement.baseline = nil
        judgement.isNewTable = true
      }),
    Row(
      "no unique key over the replica identity", .warning, [.noRowIdentity],
      target: {
        $0.keys = []
        $0.primaryKey = []
      }),
    Row("a source that sends no old rows", .warning, [.noRowIdentity], source: { $0.identityColumns = [] }),
    Row(
      "an enum with more labels on the target", .compatible, base: moody,
      target: {
        $0.columns[1].type = .enumeration("shop.mood", ["angry", "happy", "sad"])
      }),
    Row(
      "an enum with a label more on the source", .blocked, [.sourceEnumLabel],
      fix: ["ALTER TYPE shop.mood ADD VALUE IF NOT EXISTS 'angry' AFTER 'sad';"], base: moody,
      source: { $0.columns[1].type = .enumeration("shop.mood", ["sad", "angry", "happy"]) }),
    Row(
      "a renamed enum label", .blocked, [.sourceEnumLabel],
      fix: ["ALTER TYPE shop.mood RENAME VALUE 'happy' TO 'glad';"], base: moody,
      source: { $0.columns[1].type = .enumeration("shop.mood", ["sad", "glad"]) }),
    Row(
      "a column leaves the publication's column list", .blocked, [.publicationGap],
      source: { $0.publishedColumns = ["id", "email"] }),
    Row(
      "a column that never was in the column list", .compatible,
      base: base.with { $0.publishedColumns = ["id", "email"] }),
    Row(
      "a column outside the column list that the target lacks", .compatible,
      base: base.with { $0.publishedColumns = ["id", "email"] }, target: { $0.columns.removeLast() }),
    Row(
      "a unique key of the target alone", .warning, [.targetStricter],
      target: { $0.keys.append(KeySchema(name: "k", columns: ["email"])) }),
    Row(
      "a unique key of the target that the source has under another name", .compatible,
      base: base.with { $0.keys.append(KeySchema(name: "k", columns: ["email"])) },
      target: { $0.keys[1] = KeySchema(name: "other", columns: ["age", "email"]) }),
    Row(
      "another collation", .compatible, [.safeCast],
      source: { $0.columns[1].collation = QualifiedName(schema: "pg_catalog", name: "C") }),
    Row(
      "a partition is gone from the source alone", .warning, [.partitionChange], base: partitioned,
      source: { $0.partitions.removeFirst() }),
    Row(
      "a partition is gone from both sides", .compatible, base: partitioned,
      source: { $0.partitions.removeFirst() }, target: { $0.partitions.removeFirst() }),
    Row(
      "a table is attached, to the target too", .warning, [.partitionChange], base: partitioned,
      source: { $0.partitions.append(partition(3, attached: true)) },
      target: { $0.partitions.append(partition(3, attached: true)) }),
    Row(
      "a partition is created on both sides", .compatible, base: partitioned,
      source: { $0.partitions.append(partition(3)) }, target: { $0.partitions.append(partition(3)) }),
    Row(
      "a partition is created on the source alone", .warning, [.partitionChange], base: partitioned,
      source: { $0.partitions.append(partition(3)) }),
    Row(
      "a partition is truncated", .warning, [.partitionChange], base: partitioned,
      source: { $0.partitions[1].relationFileNode = 99 }),
    Row(
      "the whole table is truncated, which the stream carries", .compatible, base: partitioned,
      source: { table in for index in 0..<2 { table.partitions[index].relationFileNode = 90 + UInt32(index) } }),
    Row(
      "names that only look the same", .blocked, [.sourceAddedColumn, .targetAddedColumn],
      fix: ["ALTER TABLE public.users ADD COLUMN \"é\" integer;"], base: base.with { $0.columns[2].name = "é" },
      target: { $0.columns[2].name = "e\u{301}" }),
  ]

  @Test("decides", arguments: rows)
  func decides(_ row: Row) {
    let verdict = row.judgement.verdict()
    #expect(verdict.outcome == row.outcome)
    #expect(Set(verdict.findings.map(\.reason)) == Set(row.reasons))
    if row.outcome == .blocked { #expect(verdict.fix == row.fix) }
    #expect(verdict.reason == row.reasons.first || row.reasons.count > 1)
    for finding in verdict.findings {
      #expect(finding.headline.hasPrefix(finding.severity.mark + " Schema") || finding.headline.contains(" Type "))
      #expect(!finding.error.isEmpty && !finding.impact.isEmpty && !finding.resolution.isEmpty)
    }
  }

  @Test("no reason code is without a row")
  func covers() {
    var covered = Set(Self.rows.flatMap(\.reasons))
    covered.formUnion(Self.rows.compactMap { $0.judgement.verdict().repair?.reason })
    // These two are no verdicts on shapes: what the target refuses, and a rewrite that changes no shape.
    #expect(covered.isDisjoint(with: [.applyError]))
    covered.formUnion([.applyError, .sourceRewritten])
    #expect(covered == Set(ReasonCode.allCases), "\(Set(ReasonCode.allCases).subtracting(covered))")
  }

  @Test("a rewrite of the same shape is told by the catalog's row of the column, and by nothing else of the table")
  func rewrite() {
    let before = Self.base.with {
      $0.relationFileNode = 1
      for index in $0.columns.indices { $0.columns[index].catalogVersion = "700" }
    }
    func repair(_ change: Change) -> String? {
      Judgement(source: before.with(change), target: before.onTarget, baseline: before).verdict().repair.map {
        "\($0.reason.rawValue): \($0.explanation)"
      }
    }
    #expect(repair { $0.relationFileNode = 2 } == nil, "VACUUM FULL")
    #expect(repair { $0.columns[1].catalogVersion = "701" } == nil, "SET STATISTICS")
    let both = repair {
      $0.relationFileNode = 2
      $0.columns[1].catalogVersion = "701"
    }
    #expect(both?.hasPrefix("source_rewritten: The source's table was rewritten, and 'email' with it") == true)
    let explained = repair {
      $0.relationFileNode = 2
      $0.columns[1].catalogVersion = "701"
      $0.columns[1].defaultExpression = "'x'::text"
    }
    #expect(explained == nil, "VACUUM FULL and SET DEFAULT")
  }

  @Test("partitions that the stream is silent about mark the table, with the fix where there is one")
  func partitions() {
    func verdict(_ description: String) -> CompatibilityVerdict? {
      Self.rows.first { $0.description == description }?.judgement.verdict()
    }
    let gone = verdict("a partition is gone from the source alone")
    #expect(gone?.fix == ["ALTER TABLE public.users DETACH PARTITION public.users_1;"])
    #expect(gone?.repair?.reason == .partitionChange)
    #expect(verdict("a table is attached, to the target too")?.repair?.reason == .partitionChange)
    #expect(verdict("a partition is truncated")?.repair?.reason == .partitionChange)
    let missing = verdict("a partition is created on the source alone")
    #expect(missing?.fix == ["CREATE TABLE public.users_3 PARTITION OF public.users FOR VALUES IN (3);"])
    #expect(missing?.repair == nil, "no row is missing yet")
  }

  @Test("a view that uses the column is named, with what to do before the fix")
  func views() {
    let target = Self.base.onTarget.with {
      $0.columns[2].type = .int2
      $0.dependentViews = [
        DependentView(name: QualifiedName(schema: "public", name: "Ages"), columns: ["age"]),
        DependentView(name: QualifiedName(schema: "public", name: "mails"), columns: ["email"]),
      ]
    }
    let lines = Judgement(source: Self.base, target: target, baseline: Self.base).verdict().messageLines
    let first = lines.firstIndex { $0.contains("DROP VIEW public.\"Ages\";") }
    let second = lines.firstIndex { $0.contains("ALTER COLUMN age TYPE integer;") }
    #expect(first.flatMap { first in second.map { first < $0 } } == true, "\(lines)")
    #expect(lines.contains { $0.contains("refuses to change 'age' while a view uses it: public.\"Ages\".") })
    #expect(!lines.contains { $0.contains("mails") })
  }

  @Test("maps every column that is not blocked, by name and position in the tuple", arguments: rows)
  func maps(_ row: Row) {
    let verdict = row.judgement.verdict()
    guard verdict.outcome != .blocked else { return }
    let carried = row.judgement.source.carriedColumns.map(\.name)
    #expect(verdict.columns.map(\.source) == carried)
    #expect(verdict.columns.map(\.ordinal) == Array(carried.indices))
    for mapping in verdict.columns {
      #expect(row.judgement.target?.column(named: mapping.target)?.generated == nil)
      #expect(mapping.castThrough == nil && mapping.check == .none)
    }
  }
}
