import PostgresTypes
import Testing

@testable import Observability

@Suite("Readiness")
struct ReadinessJudgeTests {
  private typealias Phase = ReadinessObservation.Phase
  private let start = ContinuousClock.now

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  /// A process as it should be; the closure breaks something.
  private func observation(
    _ phase: ReadinessObservation.Phase, durable: UInt64 = 100, source: UInt64 = 100, heard: Double? = 0,
    _ change: (inout ReadinessObservation) -> Void = { _ in }
  ) -> ReadinessObservation {
    var observation = ReadinessObservation(
      phase: phase, durableLSN: LSN(rawValue: durable), sourceLSN: LSN(rawValue: source))
    observation.targetHeardAt = heard.map(at)
    change(&observation)
    return observation
  }

  @Test("a judge that has seen nothing says no")
  func nothing() { #expect(!ReadinessJudge().verdict(at: start).isReady) }

  @Test("what each phase is worth when nothing else is wrong", arguments: ReadinessObservation.Phase.allCases)
  func phases(phase: ReadinessObservation.Phase) {
    var judge = ReadinessJudge()
    judge.observe(observation(phase), at: at(0))
    let expected = [.standby, .copying, .streaming].contains(phase)
    #expect(judge.verdict(at: at(1)).isReady == expected, "\(judge.verdict(at: at(1)).explanation)")
    #expect(!judge.verdict(at: at(1)).explanation.isEmpty)
  }

  @Test("a target that takes nothing any more turns it within 30 seconds, and the first step forward turns it back")
  func blockedTarget() {
    var judge = ReadinessJudge()
    for second in 0..<60 {
      judge.observe(observation(.streaming, heard: Double(second)), at: at(Double(second)))
      #expect(judge.verdict(at: at(Double(second))).isReady, "nothing to do is no fault, for as long as it lasts")
    }
    // From second 60 on the source goes ahead and nothing becomes durable, though everybody answers.
    for second in 60..<120 {
      judge.observe(
        observation(.streaming, source: 100 + UInt64(second), heard: Double(second)), at: at(Double(second)))
      let verdict = judge.verdict(at: at(Double(second)))
      if second < 75 { #expect(verdict.isReady, "\(second)") }
      if second >= 85 {
        #expect(!verdict.isReady, "\(second)")
        #expect(verdict.explanation.contains("Nothing has become durable") && verdict.explanation.contains("0/64"))
      }
    }
    judge.observe(observation(.streaming, durable: 101, source: 300, heard: 120), at: at(120))
    #expect(judge.verdict(at: at(120)).isReady)
    #expect(judge.verdict(at: at(120)).explanation.contains("199 bytes behind"))
  }

  @Test("a pipeline that is far behind and moves is ready")
  func catchingUp() {
    var judge = ReadinessJudge()
    for second in 0..<300 {
      let durable = 100 + UInt64(second / 15)
      judge.observe(
        observation(.streaming, durable: durable, source: 1 << 40, heard: Double(second)), at: at(Double(second)))
      #expect(judge.verdict(at: at(Double(second))).isReady)
    }
  }

  @Test("a large transaction counts as progress while more of it is written than ever before, and not beyond")
  func largeTransaction() {
    var judge = ReadinessJudge()
    func look(_ second: Int, _ bytes: Int) -> Bool {
      let now = at(Double(second))
      judge.observe(
        observation(.streaming, source: 1 << 30, heard: Double(second)) {
          $0.piece = .init(transaction: LSN(rawValue: 900), bytes: bytes)
        }, at: now)
      return judge.verdict(at: now).isReady
    }
    for second in 0..<120 { #expect(look(second, second << 20)) }
    // Refused and begun anew, again and again: never further than before.
    var verdicts: [Bool] = []
    for second in 120..<180 { verdicts.append(look(second, (second % 60) << 20)) }
    #expect(verdicts.prefix(15).allSatisfy(\.self) && !verdicts.suffix(35).contains(true))
    #expect(look(180, 500 << 20))
  }

  @Test("a first copy has to move")
  func copying() {
    var judge = ReadinessJudge()
    for second in 0..<60 {
      let now = at(Double(second))
      judge.observe(observation(.copying, durable: 0, source: 0) { $0.copiedBytes = Int64(min(second, 30)) }, at: now)
      #expect(judge.verdict(at: now).isReady == (second < 50), "\(second)")
    }
  }

  @Test("a target that says nothing turns leader and standby, also while there is nothing to do")
  func silence() {
    for phase in [ReadinessObservation.Phase.standby, .streaming] {
      var judge = ReadinessJudge()
      for second in 0..<60 {
        let now = at(Double(second))
        judge.observe(observation(phase, heard: Double(min(second, 10))), at: now)
        #expect(judge.verdict(at: now).isReady == (second < 30), "\(phase) \(second)")
      }
      judge.observe(observation(phase, heard: nil), at: at(61))
      #expect(judge.verdict(at: at(61)).explanation.contains("not answered yet"))
    }
  }

  @Test("an emptied publication, a full parking and a lost connection are told at once, with their names and reasons")
  func namedCauses() {
    var judge = ReadinessJudge()
    judge.observe(observation(.streaming) { $0.publicationSends = false }, at: at(0))
    #expect(judge.verdict(at: at(0)).explanation.contains("publication"))
    #expect(!judge.verdict(at: at(0)).isReady)
    judge.observe(observation(.streaming) { $0.publicationSends = true }, at: at(1))
    #expect(judge.verdict(at: at(1)).isReady)
    judge.observe(observation(.parkingFull) { $0.fullTable = "public.t" }, at: at(2))
    #expect(judge.verdict(at: at(2)).explanation.contains("public.t"))
    judge.observe(observation(.reconnecting) { $0.lastError = "gone away" }, at: at(3))
    #expect(judge.verdict(at: at(3)).explanation.contains("gone away"))
    judge.observe(observation(.streaming, heard: 4), at: at(4))
    #expect(judge.verdict(at: at(4)).isReady)
  }

  @Test("a new phase has its own patience: the time of the last one does not count against it")
  func newPhase() {
    var judge = ReadinessJudge()
    judge.observe(observation(.reconnecting), at: at(0))
    judge.observe(observation(.streaming, durable: 100, source: 900, heard: 500), at: at(500))
    #expect(judge.verdict(at: at(510)).isReady)
    judge.observe(observation(.streaming, durable: 100, source: 900, heard: 521), at: at(521))
    #expect(!judge.verdict(at: at(521)).isReady)
  }

  /// Whatever happens: without progress for so long it is never ready while there is work, and with progress, a target that
  /// answers and a publication that sends it never is not.
  @Test("holds its promise for every history", arguments: 0..<200)
  func histories(seed: Int) {
    var generator = SeededHistory(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
    var judge = ReadinessJudge()
    var (durable, source, progressAt, heardAt): (UInt64, UInt64, Double, Double) = (100, 100, 0, 0)
    for second in 0..<300 {
      let now = Double(second)
      if generator.next() % 3 == 0 { source += generator.next() % 50 }
      // Now and then a long stretch in which nothing is written, or nobody hears from the target.
      let isStuck = (second / 40 + seed).isMultiple(of: 3)
      let isDeaf = (second / 45 + seed).isMultiple(of: 5)
      if !isStuck, durable < source {
        durable += min(source - durable, 1 + generator.next() % 60)
        progressAt = now
      }
      if durable == source { progressAt = now }
      if !isDeaf { heardAt = now }
      let before = judge
      judge.observe(observation(.streaming, durable: durable, source: source, heard: heardAt), at: at(now))
      let verdict = judge.verdict(at: at(now))
      if durable < source, now - progressAt >= 25 { #expect(!verdict.isReady, "second \(second)") }
      if now - heardAt >= 25 { #expect(!verdict.isReady, "second \(second)") }
      if now - heardAt < 20, now - progressAt < 18 { #expect(verdict.isReady, "second \(second): \(verdict)") }
      // A verdict depends on what was seen and on the time alone.
      var again = before
      again.observe(observation(.streaming, durable: durable, source: source, heard: heardAt), at: at(now))
      #expect(again.verdict(at: at(now)) == verdict)
    }
  }
}

/// A history from a number.
private struct SeededHistory {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
