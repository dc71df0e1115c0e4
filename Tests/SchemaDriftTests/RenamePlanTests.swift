import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("Renames in runnable order")
struct RenamePlanTests {
  /// Runs the statements on a list of names, as PostgreSQL would: a name that is taken is refused.
  private func run(_ statements: [String], on names: [String]) throws -> [String] {
    var names = names
    for statement in statements {
      let words = statement.dropLast().split(separator: " ").map(String.init)
      let old = try #require(names.firstIndex(of: words[5]), "\(statement): no such column in \(names)")
      try #require(!names.contains(words[7]), "\(statement): the name is taken in \(names)")
      names[old] = words[7]
    }
    return names
  }

  @Test("of every permutation of four names, chains and cycles included")
  func permutations() throws {
    let names = ["a", "b", "c", "d"]
    let table = QualifiedName(schema: "public", name: "t")
    var generator = SchemaGenerator(seed: 7)
    for _ in 0..<300 {
      let present = names.shuffled(using: &generator).prefix(Int.random(in: 1...4, using: &generator))
      let wanted = (names + ["e", "f"]).shuffled(using: &generator).prefix(present.count)
      let renames = zip(present, wanted).filter { $0.0 != $0.1 }.map { RenamePlan.Rename(old: $0.0, new: $0.1) }
      let kept = Set(present.filter { name in !renames.contains { $0.old == name } })
      guard renames.allSatisfy({ !kept.contains($0.new) }) else { continue }
      let plan = RenamePlan(renames, table: table, taken: Array(present))
      let result = try run(plan.steps.flatMap(\.statements), on: Array(present))
      #expect(result == Array(wanted))
      #expect(Set(plan.steps.map(\.rename)) == Set(renames))
    }
  }

  @Test("a swap goes through a name that nothing else has")
  func swap() {
    let plan = RenamePlan(
      [RenamePlan.Rename(old: "a", new: "b"), RenamePlan.Rename(old: "b", new: "a")],
      table: QualifiedName(schema: "public", name: "t"), taken: ["a", "b", "pgsyncd_renamed_1"])
    #expect(
      plan.steps.flatMap(\.statements) == [
        "ALTER TABLE public.t RENAME COLUMN a TO pgsyncd_renamed_2;", "ALTER TABLE public.t RENAME COLUMN b TO a;",
        "ALTER TABLE public.t RENAME COLUMN pgsyncd_renamed_2 TO b;",
      ])
  }

  @Test("a verdict on a swap, a chain and a type change prints them in that order")
  func verdict() {
    let before = TableSchema.make([.id, ColumnSchema("a", .int4), ColumnSchema("b", .int4), ColumnSchema("c", .int4)])
    let after = before.with {
      $0.columns[1].name = "b"
      $0.columns[2].name = "a"
      $0.columns[3] = ColumnSchema("d", .int8, number: 4)
    }
    let verdict = Judgement(source: after, target: before.onTarget, baseline: before).verdict()
    #expect(
      verdict.fix == [
        "ALTER TABLE public.users RENAME COLUMN c TO d;",
        GuardedStatement.whileColumn(
          before.columns[1], of: before.name, "ALTER TABLE public.users RENAME COLUMN a TO pgsyncd_renamed_1"),
        "ALTER TABLE public.users RENAME COLUMN b TO a;",
        "ALTER TABLE public.users RENAME COLUMN pgsyncd_renamed_1 TO b;",
        "ALTER TABLE public.users ALTER COLUMN d TYPE bigint;",
      ])
  }
}
