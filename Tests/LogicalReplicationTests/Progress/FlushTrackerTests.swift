import LogicalReplication
import PostgresTypes
import Testing

@Suite("What may be confirmed")
struct FlushTrackerTests {
  private func lsn(_ value: UInt64) -> LSN { LSN(rawValue: value) }

  @Test("only what the target has flushed is durable")
  func waitsForFlush() {
    var tracker = FlushTracker(durable: lsn(100))
    tracker.committed(source: lsn(200), target: lsn(1000))
    tracker.committed(source: lsn(300), target: lsn(1100))
    #expect(tracker.durable == lsn(100) && tracker.isWaiting)
    tracker.flushed(lsn(999))
    #expect(tracker.durable == lsn(100))
    tracker.flushed(lsn(1000))
    #expect(tracker.durable == lsn(200) && tracker.isWaiting)
    tracker.flushed(lsn(5000))
    #expect(tracker.durable == lsn(300) && !tracker.isWaiting)
  }

  @Test("commits under one position of the target become durable together, and never go back")
  func samePosition() {
    var tracker = FlushTracker(durable: lsn(100))
    tracker.committed(source: lsn(200), target: lsn(1000))
    tracker.committed(source: lsn(250), target: lsn(1000))
    tracker.flushed(lsn(1000))
    #expect(tracker.durable == lsn(250))
    tracker.flushed(lsn(10))
    #expect(tracker.durable == lsn(250))
  }

  @Test("a long queue of commits is worked off in order")
  func longQueue() {
    var tracker = FlushTracker(durable: .zero)
    for step in 1...5000 { tracker.committed(source: lsn(UInt64(step)), target: lsn(UInt64(step) * 10)) }
    for step in stride(from: 1, through: 5000, by: 7) {
      tracker.flushed(lsn(UInt64(step) * 10 + 9))
      #expect(tracker.durable == lsn(UInt64(step)))
    }
  }
}
