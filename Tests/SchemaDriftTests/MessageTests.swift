import PostgresTypes
import Testing

@testable import SchemaDrift

/// The messages of the contract, word for word. Their texts are an interface: scripts and people match on them.
@Suite("Messages")
struct MessageTests {
  static let users = TableSchema.make([.id, .email])

  @Test("source has a column that the target lacks")
  func sourceAddedColumn() {
    let source = Self.users.with { $0.columns.append(ColumnSchema("phone_number", .varchar(20), number: 3)) }
    let verdict = Judgement(source: source, target: Self.users.onTarget, baseline: Self.users).verdict()
    #expect(
      verdict.messageLines == [
        "[ERROR] Schema mismatch detected on public.users",
        "Source has new column: 'phone_number' (type: varchar)",
        "Target does not have this column",
        "Sync STOPPED to prevent data loss.",
        "Impact: Going on would drop every value of 'phone_number'.",
        "What to do:",
        "  1. Run this on the target:",
        "       ALTER TABLE public.users ADD COLUMN phone_number varchar(20);",
        "  2. Then let the table go on:",
        "       pgsyncd resume --table public.users",
        "  3. Or leave the column out (its values are lost on the target):",
        "       pgsyncd resume --table public.users --skip-columns=public.users.phone_number",
        "Where to look: pgsyncd status --table public.users",
        "               pgsyncd schema diff --table public.users",
      ])
    #expect(verdict.outcome == .blocked)
    #expect(verdict.skipped.isEmpty && verdict.acceptedLosses.isEmpty, "nobody has accepted anything")
    #expect(verdict.reason == .sourceAddedColumn)
    #expect(verdict.error == "Source has new column 'phone_number' not in target")
    #expect(verdict.resolution == "Add column to target or use --skip-columns")
    #expect(verdict.fix == ["ALTER TABLE public.users ADD COLUMN phone_number varchar(20);"])
  }

  @Test("target has an extra column that fills itself")
  func targetAddedColumn() {
    let target = Self.users.onTarget.with { $0.columns.append(ColumnSchema("created_by_system", .text, number: 3)) }
    let verdict = Judgement(source: Self.users, target: target).verdict()
    #expect(verdict.outcome == .warning)
    #expect(verdict.reason == .targetAddedColumn)
    #expect(
      verdict.messageLines == [
        "[WARN] Schema difference on public.users",
        "Target has extra column: 'created_by_system' (nullable)",
        "Impact: Replicated rows do not set 'created_by_system'; the target fills it.",
      ])
    #expect(verdict.warnings == ["Target has extra column 'created_by_system' (nullable)"])
  }

  @Test("target has an extra column that every INSERT would violate")
  func targetNotNull() {
    let target = Self.users.onTarget.with {
      $0.columns.append(ColumnSchema("created_by_system", .text, number: 3, notNull: true))
    }
    let verdict = Judgement(source: Self.users, target: target).verdict()
    #expect(
      verdict.messageLines == [
        "[ERROR] Schema mismatch on public.users",
        "Target has new column 'created_by_system' (NOT NULL, no DEFAULT)",
        "Impact: Every INSERT would be refused: nothing gives 'created_by_system' a value.",
        "What to do:",
        "  1. Run this on the target:",
        "       ALTER TABLE public.users ALTER COLUMN created_by_system DROP NOT NULL;",
        "  2. Then let the table go on:",
        "       pgsyncd resume --table public.users",
        "  3. Or give it a DEFAULT:",
        "       ALTER TABLE public.users ALTER COLUMN created_by_system SET DEFAULT …;",
        "Where to look: pgsyncd status --table public.users",
        "               pgsyncd schema diff --table public.users",
      ])
    #expect(verdict.error == "Target has new column 'created_by_system' (NOT NULL, no DEFAULT)")
  }

  @Test("a cast that would lose precision")
  func unsafeCast() {
    let source = TableSchema.make([.id, ColumnSchema("price", .numeric(10, 2))], named: "public.products")
    let target = TableSchema.make([.id, ColumnSchema("price", .int4)], named: "public.products").onTarget
    let verdict = Judgement(source: source, target: target, baseline: source).verdict()
    #expect(
      verdict.messageLines == [
        "[ERROR] Type mismatch on public.products.price",
        "Source: numeric(10,2)",
        "Target: integer",
        "Casting would lose precision (19.99 → 20)",
        "Impact: Going on could change values on their way to the target, or stop at the first that does not fit.",
        "Note: The change of 'price' may rewrite the target's table; readers and writers of it wait meanwhile.",
        "What to do:",
        "  1. Run this on the target:",
        "       ALTER TABLE public.products ALTER COLUMN price TYPE numeric(10,2);",
        "  2. Then let the table go on:",
        "       pgsyncd resume --table public.products",
        "  3. Or allow the cast (values that do not fit are changed):",
        "       pgsyncd resume --table public.products --allow-type-cast=public.products.price:integer",
        "Where to look: pgsyncd status --table public.products",
        "               pgsyncd schema diff --table public.products",
      ])
    #expect(verdict.reason == .unsafeCast)
    #expect(verdict.resolution == "Change the target column's type or use --allow-type-cast")
  }

  @Test("a widening cast")
  func safeCast() {
    let source = TableSchema.make([ColumnSchema("id", .int4, notNull: true)])
    let target = TableSchema.make([ColumnSchema("id", .int8, notNull: true)]).onTarget
    let verdict = Judgement(source: source, target: target).verdict()
    #expect(verdict.outcome == .compatible)
    #expect(
      verdict.messageLines == [
        "[INFO] Type difference on public.users.id", "Source: integer", "Target: bigint",
        "Safe widening cast - continuing",
      ])
  }

  @Test("a column that is gone from the source")
  func sourceRemovedColumn() {
    let before = TableSchema.make([.id, .email, ColumnSchema("legacy_id", .int4)])
    let verdict = Judgement(source: Self.users, target: before.onTarget, baseline: before).verdict()
    #expect(
      verdict.messageLines == [
        "[ERROR] Schema mismatch on public.users",
        "Target has column 'legacy_id' that no longer exists in source",
        "Impact: Going on would leave values in 'legacy_id' that no row of the source has.",
        "What to do:",
        "  1. Run this on the target:",
        "       ALTER TABLE public.users DROP COLUMN legacy_id;",
        "  2. Then let the table go on:",
        "       pgsyncd resume --table public.users",
        "  3. Or keep the column and its values on the target:",
        "       pgsyncd resume --table public.users --preserve-columns=public.users.legacy_id",
        "  4. Or set it to NULL in every row that changes:",
        "       pgsyncd resume --table public.users --null-removed-columns=public.users.legacy_id",
        "Where to look: pgsyncd status --table public.users",
        "               pgsyncd schema diff --table public.users",
      ])
  }

  @Test("warn-only says that strict would stop")
  func warnOnly() {
    let source = Self.users.with { $0.columns.append(ColumnSchema("phone", .text, number: 3)) }
    let verdict = Judgement(
      source: source, target: Self.users.onTarget, baseline: Self.users, policy: DriftPolicy(validation: .permissive)
    ).verdict()
    #expect(
      verdict.findings.map { [$0.headline] + $0.lines } == [
        [
          "[WARN] Schema mismatch on public.users (source has 'phone', target doesn't)",
          "[WARN] This will become a blocking error under --schema-validation=strict",
          "[WARN] Continuing sync for now (--schema-validation=warn-only)",
        ]
      ])
    #expect(verdict.outcome == .warning)
    #expect(verdict.skipped == [SkippedColumn(name: "phone", ordinal: 2, reason: .warnOnly)])
    #expect(verdict.acceptedLosses.map(\.what) == ["Source column 'phone' is not applied (schema_validation)"])
  }

  @Test("several findings are all shown, and their fixes run in one go")
  func severalFindings() {
    let before = TableSchema.make([
      .id, ColumnSchema("a", .int4), ColumnSchema("gone", .text), ColumnSchema("price", .int4),
    ])
    let after = TableSchema.make([
      .id, ColumnSchema("b", .int4), ColumnSchema("price", .numeric(10, 2), number: 4),
      ColumnSchema("mood", .enumeration("shop.mood", ["sad"]), number: 5),
    ])
    let verdict = Judgement(source: after, target: before.onTarget, baseline: before).verdict()
    #expect(
      verdict.findings.map(\.reason) == [
        .sourceRemovedColumn, .sourceRenamedColumn, .sourceAddedColumn, .unsafeCast,
      ])
    #expect(verdict.messageLines.filter { $0.hasPrefix("[ERROR]") }.count == 4)
    #expect(
      verdict.fix == [
        "ALTER TABLE public.users DROP COLUMN gone;",
        "ALTER TABLE public.users RENAME COLUMN a TO b;",
        "DO $pgsyncd$ BEGIN IF pg_catalog.to_regnamespace('shop') IS NULL THEN CREATE SCHEMA shop; END IF; END $pgsyncd$;",
        "DO $pgsyncd$ BEGIN IF pg_catalog.to_regtype('shop.mood') IS NULL THEN CREATE TYPE shop.mood AS ENUM ('sad'); "
          + "END IF; END $pgsyncd$;",
        "ALTER TABLE public.users ADD COLUMN mood shop.mood;",
        "ALTER TABLE public.users ALTER COLUMN price TYPE numeric(10,2);",
      ])
  }

  @Test("a verdict by the wire alone says that the catalog is ahead")
  func catalogAhead() {
    let wire = Self.users.with { $0.columns.append(ColumnSchema("phone", .text, number: 3, notNull: true)) }
    let now = wire.with { $0.columns.append(ColumnSchema("later", .text, number: 4)) }
    let source = TableSchema(shape: wire.shape, catalog: now, baseline: Self.users)
    let verdict = Judgement(source: source, target: Self.users.onTarget, baseline: Self.users, current: now).verdict()
    #expect(verdict.isFromWireOnly)
    #expect(verdict.message.notes.contains { $0.hasPrefix("The source's catalog is ahead of the stream") })
  }

  @Test("names are quoted where SQL and the shell need it, and cannot forge a line")
  func hostileNames() {
    let name = "we\"ird;\n[ERROR] x"
    let source = TableSchema.make(
      [.id, ColumnSchema("it's", .text), ColumnSchema(name, .text)], named: "\"My Schema\".\"T'able\"")
    let before = source.with { $0.columns.removeLast(2) }
    let verdict = Judgement(source: source, target: before.onTarget, baseline: before).verdict()
    #expect(verdict.messageLines.allSatisfy { !$0.hasPrefix("[ERROR] x") })
    #expect(verdict.findings.first?.headline == #"[ERROR] Schema mismatch detected on "My Schema"."T'able""#)
    #expect(
      verdict.fix == [
        #"ALTER TABLE "My Schema"."T'able" ADD COLUMN "it's" text;"#,
        "ALTER TABLE \"My Schema\".\"T'able\" ADD COLUMN \"we\"\"ird;\n[ERROR] x\" text;",
      ])
    #expect(
      verdict.message.actions.contains {
        $0.commands.first
          == #"pgsyncd resume --table '"My Schema"."T'\''able"' --skip-columns='"My Schema"."T'\''able"."it'\''s"'"#
      })
    #expect(verdict.error?.contains(#"'we"ird;\u{a}[ERROR] x'"#) == true)
  }
}
