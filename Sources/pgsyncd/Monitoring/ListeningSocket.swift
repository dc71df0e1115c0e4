import Glibc

/// A socket that listens; it is closed with the object.
final class ListeningSocket: Sendable {
  /// The address cannot be listened on.
  struct CannotListen: Error, CustomStringConvertible {
    let address: ListenAddress
    let reason: String

    var description: String { "cannot listen on \(address): \(reason)" }
  }

  /// Its descriptor.
  let descriptor: Int32
  /// Where it listens; the port is the one that the system chose, if that was left to it.
  let address: ListenAddress

  /// Listens on the first address that the host has.
  init(_ wanted: ListenAddress) throws(CannotListen) {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    let outcome = getaddrinfo(wanted.host, String(wanted.port), &hints, &list)
    guard outcome == 0, let first = list else {
      throw CannotListen(address: wanted, reason: String(cString: gai_strerror(outcome)))
    }
    defer { freeaddrinfo(list) }
    let type = first.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(first.pointee.ai_family, type, first.pointee.ai_protocol)
    // Connections of a service that has just ended do not keep the next one from listening.
    var yes: Int32 = 1
    guard descriptor >= 0,
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) == 0,
      bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0, listen(descriptor, 128) == 0
    else {
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      throw CannotListen(address: wanted, reason: reason)
    }
    self.descriptor = descriptor
    address = ListenAddress(host: wanted.host, port: Self.port(of: descriptor) ?? wanted.port)
  }

  deinit { close(descriptor) }

  /// Wakes whoever waits for a connection; none comes any more.
  func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private static func port(of descriptor: Int32) -> UInt16? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let outcome = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    guard outcome == 0 else { return nil }
    // The port stands at the same place in the addresses of both families, in network order.
    return withUnsafeBytes(of: &storage) { bytes in
      UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
    }
  }
}
