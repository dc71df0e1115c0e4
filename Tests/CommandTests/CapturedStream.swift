import Foundation

/// A stream of the test's own. Its ends are closed in every program that a test starts meanwhile, or the reading end
/// would not see the end of the stream before that program ends.
final class CapturedStream {
  let readingEnd: Int32
  let writingEnd: Int32
  private var isOpen = true

  init() {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0, "a test needs two free file descriptors")
    (readingEnd, writingEnd) = (ends[0], ends[1])
  }

  deinit {
    finish()
    close(readingEnd)
  }

  /// Nothing more will be written.
  func finish() {
    if isOpen { close(writingEnd) }
    isOpen = false
  }

  /// Everything up to the end of the stream; blocks until then.
  static func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[0..<count]
    }
  }

  /// What `body` writes to the descriptor that it is given. It must fit into the socket's buffer (some 100 kB).
  static func text(_ body: (Int32) throws -> Void) rethrows -> String {
    let stream = CapturedStream()
    try body(stream.writingEnd)
    stream.finish()
    return readAll(stream.readingEnd)
  }
}
