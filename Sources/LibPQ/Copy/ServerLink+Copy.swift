internal import CLibPQ
import Glibc

extension ServerLink {
  /// What `PQgetCopyData` has at hand.
  enum CopyInput {
    case row(CopyBuffer)
    case nothingYet
    case ended
  }

  /// The next message of a COPY if it has arrived.
  func availableCopyRow() throws(PostgresError) -> CopyInput {
    var base: UnsafeMutablePointer<CChar>?
    let count = PQgetCopyData(try handle(), &base, 1)
    switch count {
    case 0: return .nothingYet
    case -1: return .ended
    default:
      guard count > 0, let base else { throw refused() }
      return .row(CopyBuffer(base: base, count: Int(count)))
    }
  }

  /// Blocks until the next message of a COPY is there; nil at its end, and then results follow.
  func nextCopyRow() throws(PostgresError) -> CopyBuffer? {
    while true {
      switch try availableCopyRow() {
      case .row(let buffer): return buffer
      case .ended: return nil
      case .nothingYet:
        _ = try wait(writing: false)
        if try !consumeInput() { throw lost() }
      }
    }
  }

  /// Queues one piece of COPY data; libpq may already send some of it.
  func queueCopyData(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) {
    guard let base = bytes.bindMemory(to: CChar.self).baseAddress, !bytes.isEmpty else { return }
    guard PQputCopyData(try handle(), base, Int32(bytes.count)) == 1 else { throw refused() }
  }

  /// True if the next message in the socket, which nothing was read from yet, is an error (`ErrorResponse`).
  ///
  /// Only an unencrypted socket can be looked into.
  func errorLiesInSocket() -> Bool {
    guard let connection = openHandle, PQsslInUse(connection) == 0, PQgssEncInUse(connection) == 0 else { return false }
    var first: UInt8 = 0
    let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
    return recv(PQsocket(connection), &first, 1, flags) == 1 && first == UInt8(ascii: "E")
  }
}
