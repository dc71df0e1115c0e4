import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("How updates and deletes find their row")
struct RowIdentityTests {
  static let orders = TableSchema.make(
    [ColumnSchema("a", .int4), ColumnSchema("b", .int4), ColumnSchema("c", .int4)], key: ["a", "b"])

  static func identity(
    source: (inout TableSchema) -> Void = { _ in }, keys: [KeySchema], target: (inout TableSchema) -> Void = { _ in }
  ) -> CompatibilityVerdict {
    let other = orders.onTarget.with {
      $0.keys = keys
      target(&$0)
    }
    return Judgement(source: orders.with(source), target: other, baseline: orders).verdict()
  }

  @Test("by the same key, or a smaller one inside it; the primary key first")
  func keys() {
    let both = KeySchema(name: "ab", columns: ["b", "a"], isPrimary: true)
    let one = KeySchema(name: "a_key", columns: ["a"])
    #expect(Self.identity(keys: [both]).rowIdentity == .key(columns: ["b", "a"], index: "ab"))
    #expect(Self.identity(keys: [one, both]).rowIdentity == .key(columns: ["b", "a"], index: "ab"))
    #expect(
      Self.identity(keys: [one, KeySchema(name: "ab", columns: ["a", "b"])]).rowIdentity
        == .key(columns: ["a"], index: "a_key"))
  }

  static let useless: [KeySchema] = [
    KeySchema(name: "k", columns: ["a", "b", "c"]), KeySchema(name: "k", columns: ["c"]),
    KeySchema(name: "k", columns: ["a", "b"], isImmediate: false),
    KeySchema(name: "k", columns: ["a", "b"], hasPredicateOrExpression: true), KeySchema(name: "k", columns: []),
  ]

  @Test("not by a larger, deferrable, partial or expression key", arguments: useless)
  func uselessKeys(key: KeySchema) {
    let verdict = Self.identity(keys: [key]) { $0.primaryKey = [] }
    #expect(verdict.rowIdentity == .none)
    #expect(!verdict.canFindRows)
    #expect(verdict.outcome == .warning)
    #expect(
      verdict.messageLines.prefix(2) == [
        "[WARN] Schema difference on public.users",
        "Target has no unique key over the columns that identify a row on the source ('a', 'b')",
      ])
    #expect(verdict.findings.first?.fix == ["ALTER TABLE public.users ADD PRIMARY KEY (a, b);"])
  }

  @Test("by the whole row under REPLICA IDENTITY FULL, whatever keys there are")
  func full() {
    let verdict = Self.identity(
      source: {
        $0.replicaIdentity = .full
        $0.identityColumns = ["a", "b", "c"]
      }, keys: [])
    #expect(verdict.rowIdentity == .fullRow)
    #expect(verdict.outcome == .compatible)
  }

  @Test("by the columns of the identity index, under their new names")
  func identityIndex() {
    let verdict = Self.identity(
      source: {
        $0.replicaIdentity = .index
        $0.identityColumns = ["C"]
        $0.columns[2].name = "C"
      }, keys: [KeySchema(name: "k", columns: ["C"])], target: { $0.columns[2].name = "C" })
    #expect(verdict.rowIdentity == .key(columns: ["C"], index: "k"))
  }

  @Test("not by a key whose values are changed on the way, or left out")
  func changedValues() {
    let key = KeySchema(name: "k", columns: ["a"])
    let source = Self.orders.with { $0.columns[0].type = .int8 }
    let target = Self.orders.onTarget.with { $0.keys = [key] }
    let cast = Judgement(source: source, target: target, policy: DriftPolicy(typeMismatches: .castAlways)).verdict()
    #expect(cast.rowIdentity == .none)
    let skipped = Judgement(source: Self.orders, target: target, policy: DriftPolicy(skipColumns: ["a"])).verdict()
    #expect(skipped.rowIdentity == .none)
  }
}
