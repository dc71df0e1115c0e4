import Foundation
import LibPQ
import Synchronization

/// Constant traffic on the source, from a thread with a connection of its own, until it is told to stop.
final class ShopTraffic: Sendable {
  /// Transactions a second that it aims at; a machine that cannot do as many does fewer.
  let transactionsPerSecond: Int

  private struct State {
    var totals = TrafficTotals()
    var writesPhoneNumbers = false
    var stopRequested = false
    var failure: PostgresError?
  }
  private let state = Mutex(State())
  /// Signalled once, when the thread has closed its connection.
  private let ended = DispatchSemaphore(value: 0)

  /// Starts at once.
  init(on source: ConnectionSettings, seed: UInt64, transactionsPerSecond: Int) {
    self.transactionsPerSecond = transactionsPerSecond
    let thread = Thread { [self] in
      do throws(PostgresError) {
        try run(on: source, seed: seed)
      } catch {
        state.withLock { $0.failure = error }
      }
      ended.signal()
    }
    thread.name = "shop-traffic"
    thread.start()
  }

  /// What has been committed so far; throws what ended the traffic, if something did.
  func totals() throws(PostgresError) -> TrafficTotals {
    let now = state.withLock { ($0.totals, $0.failure) }
    if let failure = now.1 { throw failure }
    return now.0
  }

  /// From the next transaction on the application fills the column that was added.
  func writePhoneNumbers() { state.withLock { $0.writesPhoneNumbers = true } }

  /// Lets the open transaction end and waits for that. Nothing is written to the source after this returns.
  func stop() {
    let isFirst = state.withLock { state in
      defer { state.stopRequested = true }
      return !state.stopRequested
    }
    if isFirst { ended.wait() }
  }

  private func run(on source: ConnectionSettings, seed: UInt64) throws(PostgresError) {
    let connection = try PostgresConnection(
      source, applicationName: "shop", session: .pinned.adding("statement_timeout", "20s"))
    defer { connection.close() }
    var client = ShopClient(connection: connection, seed: seed)
    let clock = ContinuousClock()
    let interval = Duration.seconds(1) / transactionsPerSecond
    var due = clock.now
    while true {
      let wish = state.withLock { ($0.stopRequested, $0.writesPhoneNumbers) }
      if wish.0 { return }
      client.writesPhoneNumbers = wish.1
      try client.nextTransaction()
      let totals = client.totals
      state.withLock { $0.totals = totals }
      due += interval
      let early = due - clock.now
      // Keeps the pace; who is late goes on at once and does not catch up in a burst.
      if early > .zero { Thread.sleep(forTimeInterval: early / .seconds(1)) } else { due = clock.now }
    }
  }
}
