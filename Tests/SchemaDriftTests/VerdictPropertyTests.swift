import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("What holds for every verdict")
struct VerdictPropertyTests {
  @Test("a table is always compatible with itself")
  func identical() {
    for seed in 0..<600 {
      var generator = SchemaGenerator(seed: UInt64(seed))
      let table = generator.table()
      let verdict = Judgement(source: table, target: table.onTarget, baseline: table).verdict()
      let reasons = Set(verdict.findings.map(\.reason))
      // A key over no column, or REPLICA IDENTITY without one, is worth a warning on its own.
      #expect(reasons.isSubset(of: [.noRowIdentity]), "seed \(seed): \(verdict.findings)")
      #expect(verdict.columns.map(\.source) == table.carriedColumns.map(\.name))
      #expect(verdict.columns.allSatisfy { $0.conversion == .identical && $0.source == $0.target })
      #expect(SchemaDiff(source: table, target: table).isEmpty)
      #expect(
        AlignmentPlan(Judgement(source: table, target: table.onTarget)).statements.allSatisfy { $0.change == .addKey })
    }
  }

  /// A table that went through a few changes.
  private func drifted(_ table: TableSchema, _ generator: inout SchemaGenerator) -> TableSchema {
    var table = table
    for _ in 0..<Int.random(in: 0...4, using: &generator) {
      let index = table.columns.isEmpty ? nil : Int.random(in: table.columns.indices, using: &generator)
      switch (Int.random(in: 0..<6, using: &generator), index) {
      case (0, _):
        let name = generator.name()
        guard table.column(named: name) == nil else { continue }
        let number = (table.columns.map(\.attributeNumber).max() ?? 0) + 1
        table.columns.append(generator.column(name).with { $0.attributeNumber = number })
      case (1, let index?): table.columns.remove(at: index)
      case (2, let index?):
        let name = generator.name()
        guard table.column(named: name) == nil else { continue }
        table.columns[index].name = name
      case (3, let index?): table.columns[index].type = generator.type()
      case (4, let index?): table.columns[index].isNotNull.toggle()
      case (5, let index?): table.columns[index].attributeNumber += 50
      default: continue
      }
    }
    let names = Set(table.columns.map { NameKey($0.name) })
    table.identityColumns = table.identityColumns.filter { names.contains(NameKey($0)) }
    table.primaryKey = table.primaryKey.filter { names.contains(NameKey($0)) }
    table.keys = table.keys.filter { $0.columns.allSatisfy { names.contains(NameKey($0)) } }
    return table
  }

  private func judgement(seed: Int, _ generator: inout SchemaGenerator) -> Judgement {
    generator = SchemaGenerator(seed: UInt64(seed))
    let baseline = generator.table()
    let source = drifted(baseline, &generator)
    let target = drifted(generator.chance(50) ? baseline : source, &generator).onTarget
    let current = generator.chance(30) ? drifted(source, &generator) : nil
    let policy = generator.chance(30) ? DriftPolicy(validation: .permissive) : .strict
    return Judgement(
      source: source, target: target, baseline: generator.chance(80) ? baseline : nil, current: current,
      policy: policy, acceptedTarget: generator.chance(30) ? baseline.onTarget : nil)
  }

  @Test("the order of columns changes no verdict")
  func orderIndependent() {
    var generator = SchemaGenerator(seed: 0)
    var outcomes: [CompatibilityVerdict.Outcome: Int] = [:]
    for seed in 0..<1200 {
      let judgement = judgement(seed: seed, &generator)
      let first = judgement.verdict()
      var shuffled = judgement
      shuffled.source.columns.shuffle(using: &generator)
      shuffled.target?.columns.shuffle(using: &generator)
      shuffled.baseline?.columns.shuffle(using: &generator)
      shuffled.current?.columns.shuffle(using: &generator)
      let second = shuffled.verdict()
      #expect(first.findings == second.findings, "seed \(seed)")
      #expect(first.outcome == second.outcome)
      #expect(first.rowIdentity == second.rowIdentity)
      #expect(first.staleColumns == second.staleColumns)
      #expect(first.message == second.message)
      let pairs = { (verdict: CompatibilityVerdict) in
        Set(verdict.columns.map { [NameKey($0.source), NameKey($0.target)] })
      }
      #expect(pairs(first) == pairs(second))
      outcomes[first.outcome, default: 0] += 1
    }
    #expect(outcomes.values.allSatisfy { $0 > 40 }, "the walk reaches every outcome: \(outcomes)")
  }

  @Test("a verdict is a function of its values")
  func deterministic() {
    var generator = SchemaGenerator(seed: 0)
    for seed in 0..<300 {
      let judgement = judgement(seed: seed, &generator)
      #expect(judgement.verdict() == judgement.verdict(), "seed \(seed)")
    }
  }

  @Test("every value of a tuple is written, left out by somebody's leave, or the table stops")
  func nothingIsLost() {
    var generator = SchemaGenerator(seed: 0)
    for seed in 0..<1200 {
      let judgement = judgement(seed: seed, &generator)
      let verdict = judgement.verdict()
      let carried = judgement.source.carriedColumns.map(\.name)
      let seen = verdict.columns.map(\.ordinal) + verdict.skipped.map(\.ordinal)
      #expect(Set(seen).count == seen.count, "seed \(seed): no value has two ways")
      if verdict.outcome != .blocked { #expect(Set(seen) == Set(carried.indices), "seed \(seed)") }
      for mapping in verdict.columns {
        #expect(carried[mapping.ordinal].isSameName(as: mapping.source), "seed \(seed)")
        #expect(judgement.target?.column(named: mapping.target) != nil, "seed \(seed)")
      }
      let targets = verdict.columns.map { NameKey($0.target) }
      #expect(Set(targets).count == targets.count, "seed \(seed): no column is written twice")
      // Under strict, nothing that changes a value goes on.
      if judgement.policy == .strict, verdict.outcome != .blocked {
        #expect(verdict.columns.allSatisfy { $0.conversion.isLossless }, "seed \(seed)")
        #expect(verdict.skipped.allSatisfy { !$0.isLoss }, "seed \(seed)")
      }
      #expect((verdict.outcome == .blocked) == verdict.findings.contains { $0.severity == .blocked })
      #expect((verdict.error == nil) == verdict.findings.isEmpty)
    }
  }

  @Test("the diff holds every column once")
  func diffIsComplete() {
    var generator = SchemaGenerator(seed: 0)
    for seed in 0..<500 {
      let judgement = judgement(seed: seed, &generator)
      guard let target = judgement.target else { continue }
      let diff = SchemaDiff(source: judgement.source, target: target)
      #expect(diff.common.count + diff.sourceOnly.count == judgement.source.columns.count)
      #expect(diff.common.count + diff.targetOnly.count == target.columns.count)
      #expect(diff.common.allSatisfy { $0.source.name.isSameName(as: $0.target.name) })
    }
  }
}
