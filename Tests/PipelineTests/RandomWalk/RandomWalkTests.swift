import Foundation
import PostgresClusters
import Synchronization
import Testing

/// Random changes of schema and rows on both sides, random things that an operator does, and kills at any moment: in
/// the end both sides hold the same rows, each once.
@Suite("RandomWalk")
struct RandomWalkTests {
  @Test("every walk ends with both sides equal")
  func walks() throws {
    let seeds = Mutex(Array(WalkSeeds.chosen.reversed()))
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: min(WalkSeeds.lanes, WalkSeeds.chosen.count)) { _ in
      do {
        let lane = try WalkLane()
        while let seed = seeds.withLock({ $0.popLast() }) {
          let began = ContinuousClock.now
          do {
            try WalkRun(Walk(seed: seed), on: lane).run()
            Self.report("seed \(seed): passed (\(ContinuousClock.now - began))")
          } catch {
            Self.report("seed \(seed): FAILED (\(ContinuousClock.now - began))\n\(error)")
            failures.withLock { $0.append("\(error)".split(separator: "\n").prefix(12).joined(separator: "\n")) }
          }
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    for failure in failures.withLock({ $0 }) { Issue.record("\(failure)") }
  }

  @Test("a row that is changed, lost or doubled behind the pipeline's back does not pass")
  func canary() throws {
    let lane = try WalkLane()
    for tampering in [
      "UPDATE ledger_left SET amount = amount + 1 WHERE id = 3", "DELETE FROM ledger_right WHERE id = 5",
      "INSERT INTO ledger_right VALUES (99, 0)",
    ] {
      let failure = #expect(throws: WalkFailure.self) {
        try WalkRun(Walk(seed: 1, steps: 3), on: lane).run(tampering: tampering)
      }
      #expect(failure?.description.contains("the two sides differ") == true, "\(failure?.description ?? "")")
    }
  }

  @Test("a walk is made from its seed alone")
  func determinism() {
    for seed in 1...50 {
      let (one, other) = (Walk(seed: seed), Walk(seed: seed))
      #expect(one.actions == other.actions && one.sourceSchema == other.sourceSchema)
      #expect(one.targetSchema == other.targetSchema && one.lastChanges == other.lastChanges)
      #expect(one.actions != Walk(seed: seed + 1).actions)
    }
  }

  /// A run of hundreds of walks takes a while, and says how far it is.
  private static func report(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
