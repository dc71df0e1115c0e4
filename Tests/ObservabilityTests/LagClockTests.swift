import PostgresTypes
import Testing

@testable import Observability

@Suite("The clock of the lag")
struct LagClockTests {
  private let start = ContinuousClock.now

  private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test("knows nothing before both sides were seen")
  func unknown() {
    var clock = LagClock()
    #expect(clock.lag(at: start).bytes == nil && clock.lag(at: start).seconds == nil)
    clock.observe(source: LSN(rawValue: 10), durable: LSN(rawValue: 0), at: start)
    #expect(clock.lag(at: start).seconds == nil)
  }

  @Test("the lag is the age of the oldest position that is missing")
  func age() {
    var clock = LagClock()
    clock.observe(source: LSN(rawValue: 10), durable: LSN(rawValue: 10), at: at(0))
    #expect(clock.lag(at: at(100)).seconds == 0, "a quiet source does not grow old")
    clock.observe(source: LSN(rawValue: 20), durable: LSN(rawValue: 10), at: at(100))
    clock.observe(source: LSN(rawValue: 30), durable: LSN(rawValue: 10), at: at(110))
    #expect(clock.lag(at: at(115)).seconds == 15 && clock.lag(at: at(115)).bytes == 20)
    clock.observe(source: LSN(rawValue: 30), durable: LSN(rawValue: 25), at: at(120))
    #expect(clock.lag(at: at(120)).seconds == 10 && clock.lag(at: at(120)).bytes == 5)
    clock.observe(source: LSN(rawValue: 30), durable: LSN(rawValue: 31), at: at(121))
    #expect(clock.lag(at: at(500)).seconds == 0 && clock.lag(at: at(500)).bytes == 0)
  }

  @Test("stays small, and right, however long the target is away")
  func bounded() {
    var clock = LagClock()
    clock.observe(source: LSN(rawValue: 1), durable: LSN(rawValue: 1), at: at(0))
    for second in 1...20_000 {
      clock.observe(source: LSN(rawValue: UInt64(second + 1)), durable: LSN(rawValue: 1), at: at(second))
      #expect(abs((clock.lag(at: at(second)).seconds ?? -1) - Double(second - 1)) < 0.001)
    }
    clock.observe(source: LSN(rawValue: 20_001), durable: LSN(rawValue: 10_001), at: at(20_000))
    let seconds = clock.lag(at: at(20_000)).seconds ?? 0
    #expect((9_900...10_000).contains(seconds), "\(seconds)")
  }
}
