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
    self.init(host: host, port: port)
  }

  /// As it is written.
  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
