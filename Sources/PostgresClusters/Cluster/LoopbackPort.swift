import Foundation

/// TCP ports on the loopback address.
enum LoopbackPort {
  /// A port that nobody listens on.
  ///
  /// The kernel hands out ports of its own from 32768 on; one below that, drawn at random, is not taken by a passing
  /// outgoing connection between this look and the server's start.
  static func free() throws(ClusterError) -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 20_000..<32_000)
      if isFree(port) { return port }
    }
    throw ClusterError("no free port on 127.0.0.1")
  }

  private static func isFree(_ port: Int) -> Bool {
    // A child that another thread starts meanwhile must not inherit it, or the port stays taken.
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr = in_addr(s_addr: in_addr_t(0x7f00_0001).bigEndian)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
