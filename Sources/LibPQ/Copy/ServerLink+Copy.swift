internal import CLibPQ

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
}
