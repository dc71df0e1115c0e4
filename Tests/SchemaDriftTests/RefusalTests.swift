import PostgresTypes
import Testing

@testable import SchemaDrift

/// What is told of a change that the target refuses, code by code.
@Suite("Refusals of the target")
struct RefusalTests {
  static let users = QualifiedName(schema: "public", name: "users")
  static let base = TableSchema.make([.id, .email, ColumnSchema("age", .int4)])
  static let position = LSN("0/16B3748") ?? .zero

  struct Row: Sendable, CustomStringConvertible {
    var description: String
    var refusal: Refusal
    var fix: [String]
    var cause: String
    var source = RefusalTests.base
    var target = RefusalTests.base.onTarget

    init(
      _ description: String, _ state: String, fix: [String] = [], cause: String, column: String? = nil,
      constraint: String? = nil, dataType: String? = nil, source: (inout TableSchema) -> Void = { _ in },
      target: (inout TableSchema) -> Void = { _ in }
    ) {
      self.description = description
      self.fix = fix
      self.cause = cause
      refusal = Refusal(
        sqlState: SQLState(rawValue: state), message: "refused", table: RefusalTests.users, column: column,
        dataType: dataType.map { QualifiedName(schema: "public", name: $0) }, constraint: constraint, role: "Writer")
      source(&self.source)
      target(&self.target)
    }
  }

  static func code(_ checks: [String], names: [String]) -> TypeReference {
    TypeReference.domain("public.code", over: .text, checks: checks).with {
      $0.details = TypeDetails(checkNames: names)
    }
  }

  static let rows: [Row] = [
    Row(
      "unique constraint of the target alone", "23505",
      fix: ["ALTER TABLE public.users DROP CONSTRAINT users_email_key;"],
      cause: "is not on the source", constraint: "users_email_key",
      target: { $0.keys.append(KeySchema(name: "users_email_key", columns: ["email"], definition: "UNIQUE (email)")) }),
    Row(
      "unique index of the target alone", "23505", fix: ["DROP INDEX public.\"by Email\";"],
      cause: "is not on the source",
      constraint: "by Email", target: { $0.keys.append(KeySchema(name: "by Email", columns: ["email"])) }),
    Row(
      "a key that the source has too", "23505", cause: "Another row of the target", constraint: "users_email_key",
      source: { $0.keys.append(KeySchema(name: "other_name", columns: ["email"])) },
      target: { $0.keys.append(KeySchema(name: "users_email_key", columns: ["email"])) }),
    Row(
      "the source's key is narrower, so the target's cannot be what refuses", "23505",
      cause: "Another row of the target", constraint: "both",
      target: { $0.keys.append(KeySchema(name: "both", columns: ["email", "id"])) }),
    Row(
      "NOT NULL of the target alone", "23502", fix: ["ALTER TABLE public.users ALTER COLUMN age DROP NOT NULL;"],
      cause: "nullable on the source", column: "age"),
    Row(
      "NOT NULL of the target's own column", "23502",
      fix: ["ALTER TABLE public.users ALTER COLUMN own DROP NOT NULL;"], cause: "the target's own", column: "own"),
    Row(
      "NOT NULL of a domain", "23502", fix: ["ALTER DOMAIN public.code DROP NOT NULL;"], cause: "refuses NULL",
      dataType: "code"),
    Row(
      "check of the target alone", "23514", fix: ["ALTER TABLE public.users DROP CONSTRAINT adult;"],
      cause: "is not on the source", constraint: "adult"),
    Row(
      "check that the source has too", "23514", cause: "refuses the row", constraint: "adult",
      source: { $0.constraints = [TableConstraint(name: "adult")] }),
    Row(
      "check of a domain of the target alone", "23514", fix: ["ALTER DOMAIN public.code DROP CONSTRAINT short;"],
      cause: "is not on the source", constraint: "short", dataType: "code",
      source: { $0.columns.append(ColumnSchema("c", code([], names: []), number: 4)) }),
    Row(
      "check of a domain that is another one on the source", "23514",
      fix: [
        "ALTER DOMAIN public.code DROP CONSTRAINT IF EXISTS short;",
        "ALTER DOMAIN public.code ADD CONSTRAINT short CHECK ((length(VALUE) < 9));",
      ], cause: "is another one on the source", constraint: "short", dataType: "code",
      source: {
        $0.columns.append(ColumnSchema("c", code(["CHECK ((length(VALUE) < 9))"], names: ["short"]), number: 4))
      }),
    Row(
      "a partition that the target lacks", "23514",
      fix: ["CREATE TABLE public.users_26 PARTITION OF public.users FOR VALUES IN (26);"],
      cause: "the source has partitions that the target lacks: public.users_26",
      source: {
        $0.partitions = [
          TablePartition(
            name: QualifiedName(schema: "public", name: "users_26"), parent: users, bound: "FOR VALUES IN (26)")
        ]
      }, target: { $0.kind = .partitioned }),
    Row("no partition anywhere", "23514", cause: "No partition of the target takes the row"),
    Row(
      "foreign key of the target alone", "23503", fix: ["ALTER TABLE public.users DROP CONSTRAINT fk;"],
      cause: "finds no row to refer to in public.teams", constraint: "fk",
      target: {
        $0.foreignKeys = [
          ForeignKey(name: "fk", columns: ["age"], referencedTable: QualifiedName(schema: "public", name: "teams"))
        ]
      }),
    Row(
      "exclusion", "23P01", fix: ["ALTER TABLE public.users DROP CONSTRAINT ex;"], cause: "Exclusion", constraint: "ex"),
    Row("text that the type cannot read", "22P02", cause: "cannot read the value"),
    Row("out of range", "22003", cause: "out of the range"), Row("too long", "22001", cause: "longer than"),
    Row("no such character", "22P05", cause: "encoding"),
    Row(
      "privilege", "42501",
      fix: [
        "GRANT USAGE ON SCHEMA public TO \"Writer\";",
        "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON public.users TO \"Writer\";",
      ], cause: "lacks a privilege"),
    Row("undefined column", "42703", cause: "column is gone"), Row("undefined table", "42P01", cause: "table is gone"),
    Row("types", "42804", cause: "no way from the source's type"), Row("generated", "428C9", cause: "generates"),
    Row("lock", "55P03", cause: "holds a lock"), Row("deadlock", "40P01", cause: "deadlock"),
    Row("limit", "54000", cause: "larger"), Row("unsupported", "0A000", cause: "does not do this"),
    Row("trigger", "P0001", cause: "A trigger of the target"),
    Row("anything else", "XX000", cause: "refuses the change"),
  ]

  @Test("says the cause and the statements that remove it", arguments: rows)
  func says(_ row: Row) throws {
    let verdict = CompatibilityVerdict.applyError(
      row.refusal, on: Self.users, Judgement(source: row.source, target: row.target), at: Self.position)
    #expect(verdict.reason == .applyError)
    #expect(verdict.fix == row.fix)
    #expect(verdict.error?.contains(row.cause) == true, "\(verdict.error ?? "")")
    let state = try #require(row.refusal.sqlState)
    #expect(verdict.error?.contains("(SQLSTATE \(state))") == true)
    let lines = verdict.messageLines
    #expect(lines.first == "[ERROR] Apply error on public.users")
    #expect(lines.contains("Transaction: commit LSN 0/16B3748"))
    #expect(lines.contains("       pgsyncd resume --table public.users"))
    #expect(lines.contains("       pgsyncd resume --table public.users --skip-transaction 0/16B3748"))
  }

  @Test("without a look at the tables nothing is claimed about the source", arguments: rows)
  func unknown(_ row: Row) {
    let verdict = CompatibilityVerdict.applyError(row.refusal, on: Self.users, nil, at: Self.position)
    #expect(verdict.error?.contains("is not on the source") != true || row.refusal.dataType != nil)
    #expect(verdict.outcome == .blocked)
  }
}
