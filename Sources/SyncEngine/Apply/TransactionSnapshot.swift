import LibPQ
import PGOutput

/// Which transactions a session of the source sees as ended.
///
/// The stream is ahead of that: a transaction is sent when its commit is in the log, and becomes visible a moment later,
/// or much later if the source waits for a synchronous standby. Whoever reads the catalog in between reads it as it was
/// before the transaction.
struct TransactionSnapshot {
  /// The first transaction that was not begun yet; only its lower half, as in the stream.
  private let next: UInt32
  private let running: [UInt32]

  /// Reads the text of a `pg_snapshot`: `xmin:xmax:xip,xip,…`. Nil if it is none.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let next = UInt64(parts[1]) else { return nil }
    self.next = UInt32(truncatingIfNeeded: next)
    running = parts[2].split(separator: ",").compactMap { UInt64($0).map(UInt32.init(truncatingIfNeeded:)) }
  }

  /// True if a transaction of the stream is visible.
  func includes(_ transaction: TransactionID) -> Bool {
    // The numbers go round; one of the stream is near.
    Int32(bitPattern: transaction.rawValue &- next) < 0 && !running.contains(transaction.rawValue)
  }
}

extension PostgresConnection {
  /// So often, 5 ms apart, the source is asked whether a transaction is visible.
  private static let visibilityAttemptsMax = 100

  /// Waits until this session sees what a transaction of the stream did.
  ///
  /// - Returns: false if that took too long.
  func waitUntilVisible(_ transaction: TransactionID) throws(PostgresError) -> Bool {
    for _ in 0..<Self.visibilityAttemptsMax {
      let text = try query("SELECT pg_current_snapshot()", label: "visible transactions")[0, 0]
      if let snapshot = text.flatMap(TransactionSnapshot.init), snapshot.includes(transaction) { return true }
      // There is nothing to wait on: neither a lock nor an event marks this moment.
      try query("SELECT pg_sleep(0.005)")
    }
    return false
  }
}
