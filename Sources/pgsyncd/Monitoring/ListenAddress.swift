import Glibc

/// Where the endpoint listens: `HOST:PORT`, the host a name or an address, an IPv6 address in brackets.
struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  /// A name that this machine knows, or an address.
  let host: String
  /// The port; 0 lets the system choose one.
  let port: UInt16

  /// Joins the parts.
  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Takes an address apart; nil if it is none.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard !host.isEmpty else { return nil }
    self.host = host
    self.port = port
  }

  /// As it is written.
  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// The address as numbers.
  enum Numeric: Hashable, Sendable {
    case ip4(String)
    case ip6(String)
  }

  /// Looks the host up on this machine or in the name service; nil if nobody knows it.
  func resolved() -> Numeric? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0, let first = list else { return nil }
    defer { freeaddrinfo(list) }
    var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard
      getnameinfo(
        first.pointee.ai_addr, first.pointee.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0
    else { return nil }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return first.pointee.ai_family == AF_INET6 ? .ip6(text) : .ip4(text)
  }
}
