import Foundation
import PostgresClusters
import Synchronization

/// Listens on the loopback address, lets the kernel accept, and never says a word.
final class SilentServer: Sendable {
  let port: Int
  private let descriptor: Int32
  private let clients = Mutex<[Int32]>([])

  init(backlog: Int32 = 5) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr = in_addr(s_addr: in_addr_t(0x7f00_0001).bigEndian)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, backlog) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    port = Int(in_port_t(bigEndian: address.sin_port))
    guard isListening else { throw ClusterError("cannot listen on 127.0.0.1") }
  }

  deinit {
    close(descriptor)
    clients.withLock { clients in for client in clients { close(client) } }
  }

  /// Waits for the first client.
  func acceptOne() { _ = accept(descriptor, nil, nil) }

  /// Connects until the kernel accepts no more, so that the next client's packets are dropped.
  func fill() throws {
    for _ in 0..<3 {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      address.sin_addr = in_addr(s_addr: in_addr_t(0x7f00_0001).bigEndian)
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      clients.withLock { $0.append(client) }
    }
  }
}
