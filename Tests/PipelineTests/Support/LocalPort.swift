import Foundation
import PostgresClusters

/// A port of the loopback address, held as long as the object lives.
final class LocalPort: Sendable {
  private let descriptor: Int32
  /// Its number.
  let number: UInt16

  /// Listens on a port; 0 lets the system choose one. Throws if it is taken.
  init(_ wanted: UInt16 = 0) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = wanted.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let outcome = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 1) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    number = UInt16(bigEndian: address.sin_port)
    guard outcome else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw ClusterError("port \(wanted): \(reason)")
    }
  }

  deinit { close(descriptor) }

  /// A port that nobody listens on at this moment.
  static func free() throws -> UInt16 { try LocalPort().number }
}
