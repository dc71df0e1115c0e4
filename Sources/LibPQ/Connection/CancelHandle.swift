internal import CLibPQ

// Sendable is sound: the PGcancel is never changed after it was made, PQcancel only reads it and may be called from
// any thread (libpq-cancel), and it is freed when the last reference goes.

/// Asks the server, over a connection of its own, to cancel what a session is doing (`PQcancel`).
///
/// The statement then fails with SQLSTATE 57014 on its owner's thread; a request that comes too late does nothing.
public final class CancelHandle: @unchecked Sendable {
  private let request: OpaquePointer?

  init(connection: OpaquePointer?) {
    request = connection.flatMap { PQgetCancel($0) }
  }

  deinit {
    if let request { PQfreeCancel(request) }
  }

  /// Sends the request and waits until the server has taken it.
  ///
  /// Returns false if it could not be delivered: the server is unreachable or the connection was never open.
  @discardableResult
  public func cancel() -> Bool {
    guard let request else { return false }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { reason in
      PQcancel(request, reason.baseAddress, Int32(reason.count)) == 1
    }
  }
}
