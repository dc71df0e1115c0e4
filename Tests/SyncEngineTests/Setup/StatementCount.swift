import LibPQ
import Synchronization

/// Counts the statements that sessions run, as their servers tell them.
final class StatementCount: Sendable {
  private let told = Mutex(0)

  /// Counts from here on what runs in a superuser's session.
  func watch(_ connection: PostgresConnection) {
    connection.setNoticeHandler { [self] notice in
      if notice.contains("statement: ") || notice.contains("execute ") { told.withLock { $0 += 1 } }
    }
    // Whatever is wrong with the session shows in a count of zero.
    try? connection.execute("SET client_min_messages = log; SET log_statement = 'all'")
    told.withLock { $0 = 0 }
  }

  var count: Int { told.withLock { $0 } }

  /// How many statements `body` runs.
  func during(_ body: () throws -> Void) rethrows -> Int {
    let before = count
    try body()
    return count - before
  }
}
