import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("Changing the target's type to the source's")
struct TypeChangeTests {
  struct Row: Sendable, CustomStringConvertible {
    var source: TypeReference
    var target: TypeReference
    var statements: [String]
    var description: String { "\(target.shortSQL) → \(source.shortSQL)" }

    init(_ source: TypeReference, _ target: TypeReference, _ statements: String...) {
      self.source = source
      self.target = target
      self.statements = statements
    }
  }

  static let alter = "ALTER TABLE public.users ALTER COLUMN x "
  static let mood = TypeReference.enumeration("shop.mood", ["a"])

  /// A second conversion between the kinds of timestamp would move every value.
  static func guarded(_ type: TypeReference, _ change: String) -> String {
    GuardedStatement.whileType(
      of: ColumnSchema("x", type), in: QualifiedName(schema: "public", name: "users"), alter + change)
  }

  static let rows: [Row] = [
    Row(.int8, .int4, alter + "TYPE bigint;"), Row(.numeric(10, 2), .int4, alter + "TYPE numeric(10,2);"),
    Row(.int4, .text, alter + "TYPE integer USING x::integer;"), Row(.text, .int4, alter + "TYPE text;"),
    Row(.bool, .int4, alter + "TYPE boolean USING x::boolean;"),
    Row(.uuid, .text, alter + "TYPE uuid USING x::uuid;"),
    Row(.timestamp, .timestamptz, guarded(.timestamptz, "TYPE timestamp USING x AT TIME ZONE 'UTC'")),
    Row(
      .named("timestamptz"), .date, guarded(.date, "TYPE timestamptz USING x::timestamp AT TIME ZONE 'UTC'")),
    Row(.date, .text, alter + "TYPE date USING x::date;"),
    Row(.timestamp, .date, alter + "TYPE timestamp;"), Row(.jsonb, .named("json"), alter + "TYPE jsonb;"),
    Row(.array(of: .int8), .array(of: .int4), alter + "TYPE bigint[];"),
    Row(.array(of: .int8), .array(of: .text), alter + "TYPE bigint[] USING x::bigint[];"),
    Row(.varchar(40), .varchar(20), alter + "TYPE varchar(40);"),
    Row(
      mood, .text,
      "DO $pgsyncd$ BEGIN IF pg_catalog.to_regnamespace('shop') IS NULL THEN CREATE SCHEMA shop; END IF; END $pgsyncd$;",
      "DO $pgsyncd$ BEGIN IF pg_catalog.to_regtype('shop.mood') IS NULL THEN CREATE TYPE shop.mood AS ENUM ('a'); "
        + "END IF; END $pgsyncd$;", alter + "TYPE shop.mood USING x::shop.mood;"),
    Row(.text, mood, alter + "TYPE text;"),
    Row(
      .composite("p", [("a", .int4), ("b", .text)]), .composite("p", [("a", .int4)]),
      "ALTER TYPE public.p ADD ATTRIBUTE b text;"),
    Row(
      .composite("p", [("a", .int4)]), .composite("p", [("z", .text), ("a", .int4)]),
      "ALTER TYPE public.p DROP ATTRIBUTE z;"),
    Row(
      .composite("p", [("a", .int8)]), .composite("p", [("a", .int4)]),
      "ALTER TYPE public.p RENAME TO pgsyncd_former_16500;",
      "CREATE TYPE public.p AS (a bigint);", alter + "TYPE public.p USING x::text::public.p;",
      GuardedStatement.dropTypeUnlessUsed(QualifiedName(schema: "public", name: "pgsyncd_former_16500"))),
    Row(.composite("p", [("a", .int4), ("b", .int4)]), .composite("p", [("b", .int4), ("a", .int4)])),
    Row(
      .domain("code", over: .text).with {
        $0.details = TypeDetails(
          defaultExpression: "'d'::text", collation: QualifiedName(schema: "pg_catalog", name: "C"))
      }, .text,
      "DO $pgsyncd$ BEGIN IF pg_catalog.to_regtype('public.code') IS NULL THEN CREATE DOMAIN public.code AS text "
        + "COLLATE pg_catalog.\"C\" DEFAULT 'd'::text; END IF; END $pgsyncd$;", alter + "TYPE public.code;"),
    Row(
      .userDefined("public.citext", .base).with {
        $0.details = TypeDetails(extensionName: "citext", extensionSchema: "public")
      }, .text, "CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;",
      alter + "TYPE public.citext USING x::public.citext;"),
  ]

  @Test("prints", arguments: rows)
  func prints(_ row: Row) {
    let source = TableSchema.make([.id, ColumnSchema("x", row.source)])
    let target = TableSchema.make([.id, ColumnSchema("x", row.target)])
    let policy = DriftPolicy(safeCastsAllowed: false)
    let verdict = Judgement(source: source, target: target.onTarget, baseline: source, policy: policy).verdict()
    #expect(verdict.outcome == .blocked)
    #expect(verdict.fix == row.statements)
  }

  @Test("a default in the way of USING goes first and comes back as the source's")
  func defaults() {
    let source = TableSchema.make([.id, ColumnSchema("x", .int4).with { $0.defaultExpression = "7" }])
    let target = TableSchema.make([.id, ColumnSchema("x", .text).with { $0.defaultExpression = "'7'::text" }])
    let verdict = Judgement(source: source, target: target.onTarget, baseline: source).verdict()
    #expect(
      verdict.fix == [
        Self.alter + "DROP DEFAULT;", Self.alter + "TYPE integer USING x::integer;", Self.alter + "SET DEFAULT 7;",
      ])
  }

  @Test("the declared time zone is named, because the operator's session may have another one")
  func timeZone() {
    let source = TableSchema.make([.id, ColumnSchema("x", .timestamp)])
    let target = TableSchema.make([.id, ColumnSchema("x", .timestamptz)])
    let policy = DriftPolicy(safeCastsAllowed: false, timezone: "Europe/Berlin")
    let verdict = Judgement(source: source, target: target.onTarget, policy: policy).verdict()
    #expect(verdict.fix == [Self.guarded(.timestamptz, "TYPE timestamp USING x AT TIME ZONE 'Europe/Berlin'")])
  }
}
