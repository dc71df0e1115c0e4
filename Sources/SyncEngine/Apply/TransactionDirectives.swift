import PostgresTypes
import Synchronization

/// What was learned of transactions that the target refused, for the next attempt at them.
///
/// A transaction that was applied in pieces cannot be taken up again from memory: the stream is opened anew at the last
/// durable position, and these directives tell it what to do differently. They are not durable: without them the
/// attempt is made and refused once more.
final class TransactionDirectives: Sendable {
  private struct Contents {
    var exact: [OID: LSN] = [:]
    var stops: [OID: (lsn: LSN, stop: TableStop)] = [:]
    var refusals: [OID: RowRefusal] = [:]
  }

  private let contents = Mutex(Contents())

  /// Makes changes of a table in one transaction apply in exact order.
  func applyExactly(_ table: OID, in transaction: LSN) {
    contents.withLock { $0.exact[table] = transaction }
  }

  /// Makes a table stop at the beginning of a transaction.
  func stop(_ table: OID, at transaction: LSN, _ stop: TableStop) {
    contents.withLock { $0.stops[table] = (transaction, stop) }
  }

  /// Makes a table stop at a row.
  func stop(at refusal: RowRefusal) {
    contents.withLock { $0.refusals[refusal.table] = refusal }
  }

  /// The rows of this transaction at which tables have to stop.
  func refusals(in transaction: LSN) -> [OID: RowRefusal] {
    contents.withLock { contents in
      contents.refusals.isEmpty ? [:] : contents.refusals.filter { $0.value.transaction == transaction }
    }
  }

  /// Lets a row through after all: what spoke against it is gone.
  func withdraw(_ refusal: RowRefusal) {
    contents.withLock { $0.refusals[refusal.table] = nil }
  }

  /// True if this table's changes in this transaction were refused once already.
  func isExact(_ table: OID, in transaction: LSN) -> Bool {
    contents.withLock { $0.exact[table] == transaction }
  }

  /// The tables whose changes in this transaction have to be applied in exact order.
  func exactTables(in transaction: LSN) -> [OID] {
    contents.withLock { contents in
      contents.exact.isEmpty ? [] : contents.exact.filter { $0.value == transaction }.map(\.key)
    }
  }

  /// The stops that are due at the beginning of a transaction.
  func stops(at transaction: LSN) -> [(table: OID, stop: TableStop)] {
    contents.withLock { contents in
      contents.stops.isEmpty
        ? [] : contents.stops.filter { $0.value.lsn == transaction }.map { ($0.key, $0.value.stop) }
    }
  }

  /// Forgets what concerns transactions before this position: they are done.
  func forget(before position: LSN) {
    contents.withLock { contents in
      if !contents.exact.isEmpty { contents.exact = contents.exact.filter { $0.value >= position } }
      if !contents.stops.isEmpty { contents.stops = contents.stops.filter { $0.value.lsn >= position } }
      if !contents.refusals.isEmpty {
        contents.refusals = contents.refusals.filter { $0.value.transaction >= position }
      }
    }
  }
}
