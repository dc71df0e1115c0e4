import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("Adding a column to the target")
struct ColumnAdditionTests {
  struct Row: Sendable, CustomStringConvertible {
    var description: String
    var column: ColumnSchema
    var statements: [String]
    var afterResume: [String]
    var isStale: Bool

    init(
      _ description: String, _ column: ColumnSchema, _ statements: [String], afterResume: [String] = [],
      isStale: Bool = false
    ) {
      self.description = description
      self.column = column
      self.statements = statements
      self.afterResume = afterResume
      self.isStale = isStale
    }
  }

  private static func column(
    _ type: TypeReference = .text, notNull: Bool = false, _ change: (inout ColumnSchema) -> Void = { _ in }
  ) -> ColumnSchema {
    ColumnSchema("x", type, number: 3, notNull: notNull).with(change)
  }

  static let alter = "ALTER TABLE public.users "

  static let rows: [Row] = [
    Row("nothing but a type", column(.varchar(20)), [alter + "ADD COLUMN x varchar(20);"]),
    Row("a type with a zone", column(.timestamptz), [alter + "ADD COLUMN x timestamptz;"]),
    Row("an array", column(.array(of: .numeric(10, 2))), [alter + "ADD COLUMN x numeric(10,2)[];"]),
    Row(
      "a default that was there at ADD time",
      column {
        $0.defaultExpression = "'new'::text"
        $0.missingValue = "new"
      }, [alter + "ADD COLUMN x text DEFAULT 'new'::text;"]),
    Row(
      "a number as default, NOT NULL",
      column(.int4, notNull: true) {
        $0.defaultExpression = "0"
        $0.missingValue = "0"
      }, [alter + "ADD COLUMN x integer DEFAULT 0 NOT NULL;"]),
    Row(
      "a truth value as default",
      column(.bool) {
        $0.defaultExpression = "true"
        $0.missingValue = "t"
      }, [alter + "ADD COLUMN x boolean DEFAULT true;"]),
    Row(
      "a default that was another one at ADD time",
      column {
        $0.defaultExpression = "'new'::text"
        $0.missingValue = "it's old"
      },
      [
        alter + "ADD COLUMN x text DEFAULT 'it''s old';", alter + "ALTER COLUMN x SET DEFAULT 'new'::text;",
      ]),
    Row(
      "a default that is gone", column { $0.missingValue = "a\\b" },
      [alter + "ADD COLUMN x text DEFAULT E'a\\\\b';", alter + "ALTER COLUMN x DROP DEFAULT;"]),
    Row(
      "the moment of ADD COLUMN",
      column(.timestamptz) {
        $0.defaultExpression = "now()"
        $0.missingValue = "2026-02-04 20:15:00+00"
      },
      [
        alter + "ADD COLUMN x timestamptz DEFAULT '2026-02-04 20:15:00+00';",
        alter + "ALTER COLUMN x SET DEFAULT now();",
      ]),
    Row(
      "a default that came later fills no old row", column { $0.defaultExpression = "'new'::text" },
      [alter + "ADD COLUMN x text;", alter + "ALTER COLUMN x SET DEFAULT 'new'::text;"]),
    Row(
      "NOT NULL without a value for old rows is set when they have one", column(notNull: true),
      [alter + "ADD COLUMN x text;"], afterResume: [alter + "ALTER COLUMN x SET NOT NULL;"]),
    Row(
      "a volatile default",
      column(.uuid) {
        $0.defaultExpression = "gen_random_uuid()"
        $0.isDefaultVolatile = true
      }, [alter + "ADD COLUMN x uuid;", alter + "ALTER COLUMN x SET DEFAULT gen_random_uuid();"], isStale: true),
    Row(
      "a sequence",
      column(.int4, notNull: true) {
        $0.defaultExpression = "nextval('public.users_x_seq'::regclass)"
        $0.isDefaultVolatile = true
      },
      [
        "CREATE SEQUENCE IF NOT EXISTS public.users_x_seq;", alter + "ADD COLUMN x integer;",
        alter + "ALTER COLUMN x SET DEFAULT nextval('public.users_x_seq'::regclass);",
      ], afterResume: [alter + "ALTER COLUMN x SET NOT NULL;"], isStale: true),
    Row(
      "an identity column", column(.int8, notNull: true) { $0.identity = .always }, [alter + "ADD COLUMN x bigint;"],
      afterResume: [
        alter + "ALTER COLUMN x SET NOT NULL;", alter + "ALTER COLUMN x ADD GENERATED ALWAYS AS IDENTITY;",
      ], isStale: true),
    Row(
      "a collation", column { $0.collation = QualifiedName(schema: "pg_catalog", name: "C") },
      [alter + "ADD COLUMN x text COLLATE pg_catalog.\"C\";"]),
    Row(
      "an enum that the target may lack", column(.enumeration("mood", ["it's", "a\\b"])),
      [
        "DO $pgsyncd$ BEGIN IF pg_catalog.to_regtype('public.mood') IS NULL THEN CREATE TYPE public.mood AS ENUM "
          + "('it''s', E'a\\\\b'); END IF; END $pgsyncd$;", alter + "ADD COLUMN x public.mood;",
      ]),
    Row(
      "labels cannot end the block", column(.enumeration("mood", ["$pgsyncd$ x"])),
      [
        "DO $pgsyncd1$ BEGIN IF pg_catalog.to_regtype('public.mood') IS NULL THEN CREATE TYPE public.mood AS ENUM "
          + "('$pgsyncd$ x'); END IF; END $pgsyncd1$;", alter + "ADD COLUMN x public.mood;",
      ]),
    Row(
      "a domain that refuses NULL, with a default",
      column(.domain("d", over: .int4, isNotNull: true)) { $0.defaultExpression = "3" },
      [
        "DO $pgsyncd$ BEGIN IF pg_catalog.to_regtype('public.d') IS NULL THEN CREATE DOMAIN public.d AS integer NOT "
          + "NULL; END IF; END $pgsyncd$;", alter + "ADD COLUMN x public.d DEFAULT 3;",
      ]),
    Row(
      "a domain that refuses NULL, with the enum below it",
      column(
        .domain("d", over: .enumeration("mood", ["a"]), isNotNull: true, checks: ["CHECK ((VALUE <> 'b'::text))"])),
      [
        "DO $pgsyncd$ BEGIN IF pg_catalog.to_regtype('public.mood') IS NULL THEN CREATE TYPE public.mood AS ENUM "
          + "('a'); END IF; END $pgsyncd$;",
        "DO $pgsyncd$ BEGIN IF pg_catalog.to_regtype('public.d') IS NULL THEN CREATE DOMAIN public.d AS public.mood "
          + "NOT NULL CHECK ((VALUE <> 'b'::text)); END IF; END $pgsyncd$;", alter + "ADD COLUMN x public.mood;",
      ], afterResume: [alter + "ALTER COLUMN x TYPE public.d;"]),
    Row(
      "a composite", column(.composite("place", [("x", .int4), ("Y", .varchar(5))])),
      [
        "DO $pgsyncd$ BEGIN IF pg_catalog.to_regtype('public.place') IS NULL THEN CREATE TYPE public.place AS "
          + "(x integer, \"Y\" varchar(5)); END IF; END $pgsyncd$;", alter + "ADD COLUMN x public.place;",
      ]),
  ]

  static let before = TableSchema.make([.id, .email])

  @Test("prints", arguments: rows)
  func prints(_ row: Row) {
    let source = Self.before.with { $0.columns.append(row.column) }
    let verdict = Judgement(source: source, target: Self.before.onTarget, baseline: Self.before).verdict()
    #expect(verdict.fix == row.statements)
    #expect(verdict.fixAfterResume == row.afterResume)
    #expect((verdict.findings.first?.backfillReason != nil) == row.isStale)
    if row.isStale {
      #expect(verdict.messageLines.contains("       pgsyncd resume --table public.users --backfill"))
      #expect(verdict.message.notes.contains { $0.hasSuffix("these values are not in the stream.") })
    }
  }

  @Test("once the fix is run, the verdict is compatible, and says which column is still not the same")
  func afterTheFix() {
    for row in Self.rows {
      let source = Self.before.with { $0.columns.append(row.column) }
      // The fix adds what the source has; NOT NULL and identity come later.
      let target = source.onTarget.with {
        $0.columns[2].identity = nil
        if row.column.missingValue == nil { $0.columns[2].isNotNull = false }
        if !row.afterResume.isEmpty { $0.columns[2].type = $0.columns[2].type.withoutDomains }
      }
      let verdict = Judgement(source: source, target: target, baseline: Self.before).verdict()
      #expect(verdict.outcome == .compatible, "\(row)")
      #expect((verdict.staleColumns.map(\.column) == ["x"]) == row.isStale, "\(row)")
    }
  }

  @Test("a column that was added on the target without the default of ADD time is named")
  func staleAfterAnotherFix() {
    let source = Self.before.with {
      $0.columns.append(ColumnSchema("x", .int4, number: 3).with { $0.missingValue = "7" })
    }
    let target = Self.before.onTarget.with { $0.columns.append(ColumnSchema("x", .int4, number: 3)) }
    let verdict = Judgement(source: source, target: target, baseline: Self.before).verdict()
    #expect(verdict.outcome == .compatible)
    #expect(verdict.staleColumns.map(\.column) == ["x"])
    // At the first setup there is nothing that could be stale: the copy brings every value.
    #expect(Judgement(source: source, target: target).verdict().staleColumns.isEmpty)
  }

  @Test("a type that the target is known to have is not created, and one that it is known to lack simply is")
  func knownTypes() {
    let mood = TypeReference.enumeration("shop.mood", ["a"])
    let source = Self.before.with { $0.columns.append(ColumnSchema("x", mood, number: 3)) }
    var judgement = Judgement(source: source, target: Self.before.onTarget, baseline: Self.before)
    judgement.targetTypes = [mood.name]
    #expect(judgement.verdict().fix == ["ALTER TABLE public.users ADD COLUMN x shop.mood;"])
    judgement.targetTypes = []
    #expect(judgement.verdict().fix.contains("CREATE TYPE shop.mood AS ENUM ('a');"))
    judgement.targetTypes = nil
    judgement.target?.columns[1].type = .array(of: mood)
    judgement.source.columns[1].type = .array(of: mood)
    #expect(judgement.verdict().fix == ["ALTER TABLE public.users ADD COLUMN x shop.mood;"])
  }

  @Test("a rewrite of the source's table is told from its file node")
  func rewritten() {
    let before = Self.before.with { $0.relationFileNode = 1 }
    let source = before.with {
      $0.relationFileNode = 2
      $0.columns.append(ColumnSchema("x", .int4, number: 3, notNull: true))
    }
    let rewritten = Judgement(source: source, target: before.onTarget, baseline: before).verdict()
    #expect(rewritten.findings.first?.backfillReason?.contains("was rewritten") == true)
    let untouched = source.with { $0.relationFileNode = 1 }
    let plain = Judgement(source: untouched, target: before.onTarget, baseline: before).verdict()
    #expect(plain.findings.first?.backfillReason == nil)
    let retyped = before.with {
      $0.relationFileNode = 2
      $0.columns[1].type = .text
    }
    let cast = Judgement(source: retyped, target: before.onTarget, baseline: before).verdict()
    #expect(cast.findings.first?.backfillReason?.contains("ALTER TYPE … USING") == true)
    let fixed = Judgement(source: retyped, target: retyped.onTarget, baseline: before).verdict()
    #expect(fixed.staleColumns.map(\.column) == ["email"])
  }
}
