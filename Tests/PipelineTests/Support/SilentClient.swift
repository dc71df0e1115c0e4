import Foundation
import PostgresClusters

/// Somebody who connects, begins to ask and never goes on.
final class SilentClient: Sendable {
  private let descriptor: Int32

  /// Connects to a port of the loopback address.
  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let descriptor = descriptor
    let outcome = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard outcome == 0 else { throw ClusterError("port \(port): \(String(cString: strerror(errno)))") }
  }

  deinit { close(descriptor) }

  /// Sends so much of a request that has no end, or less if nobody takes it any more.
  func flood(mebibytes: Int) {
    let head = Array("GET /metrics HTTP/1.1\r\nX: ".utf8)
    guard Foundation.send(descriptor, head, head.count, Int32(MSG_NOSIGNAL)) == head.count else { return }
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    for _ in 0..<mebibytes where Foundation.send(descriptor, piece, piece.count, Int32(MSG_NOSIGNAL)) <= 0 { return }
  }

  /// Sends a text.
  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw ClusterError("cannot send: \(String(cString: strerror(errno)))")
    }
  }
}
