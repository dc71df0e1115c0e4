import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("The plan that aligns the target")
struct AlignmentPlanTests {
  static let before = TableSchema.make([
    .id, ColumnSchema("a", .int4), ColumnSchema("gone", .text), ColumnSchema("b", .text),
  ])
  static let after = before.with {
    $0.columns[1].type = .int8
    $0.columns.remove(at: 2)
    $0.columns[2] = ColumnSchema("b", .text, number: 4, notNull: true).with { $0.defaultExpression = "'x'::text" }
    $0.columns.append(ColumnSchema("c", .text, number: 5, notNull: true))
  }

  @Test("names what each statement does, and drops nothing unless it may")
  func statements() {
    let judgement = Judgement(source: Self.after, target: Self.before.onTarget, baseline: Self.before)
    let plan = AlignmentPlan(judgement)
    let alter = "ALTER TABLE public.users "
    #expect(
      plan.statements == [
        .init(sql: alter + "ADD COLUMN c text;", change: .addColumn, column: "c"),
        .init(sql: alter + "ALTER COLUMN a TYPE bigint;", change: .safeTypeChange, column: "a"),
        .init(sql: alter + "ALTER COLUMN b SET DEFAULT 'x'::text;", change: .columnProperty, column: "b"),
        .init(sql: alter + "ALTER COLUMN c SET NOT NULL;", change: .columnProperty, column: "c", needsCatchUp: true),
        .init(sql: alter + "ALTER COLUMN b SET NOT NULL;", change: .columnProperty, column: "b", needsCatchUp: true),
      ])
    #expect(plan.withheld.map(\.sql) == [alter + "DROP COLUMN gone;"])
    #expect(plan.unresolved.isEmpty)
    #expect(AlignmentPlan(judgement, allowsDrop: true).statements.first?.sql == alter + "DROP COLUMN gone;")
    #expect(plan.sourceFingerprint == SchemaFingerprint(of: Self.after))
  }

  @Test("is the same whatever the policy allows")
  func policy() {
    let lenient = DriftPolicy(validation: .disabled, sourceAddedColumns: .skip, skipColumns: ["c"])
    let strict = AlignmentPlan(Judgement(source: Self.after, target: Self.before.onTarget, baseline: Self.before))
    let other = AlignmentPlan(
      Judgement(source: Self.after, target: Self.before.onTarget, baseline: Self.before, policy: lenient))
    #expect(strict == other)
  }

  @Test("says what no statement can mend")
  func unresolved() {
    let recreated = Self.before.with { $0.oid = OID(rawValue: 99) }
    let plan = AlignmentPlan(Judgement(source: recreated, target: Self.before.onTarget, baseline: Self.before))
    #expect(plan.statements.isEmpty)
    #expect(plan.unresolved.map(\.reason) == [.tableRecreated])
  }

  @Test("a narrowing change is not called safe")
  func narrowing() {
    let source = TableSchema.make([ColumnSchema("id", .text)], key: [])
    let target = TableSchema.make([ColumnSchema("id", .varchar(5))], key: [])
    let safe = AlignmentPlan(Judgement(source: source, target: target.onTarget))
    #expect(safe.statements.first?.change == .safeTypeChange)
    let unsafe = AlignmentPlan(
      Judgement(source: .make([ColumnSchema("id", .int4)], key: []), target: source.onTarget))
    #expect(unsafe.statements.first?.change == .typeChange)
  }
}
