/// The hosts that a connection may go to, in the order in which they are tried (libpq-multiple-hosts).
struct HostList {
  private struct Entry {
    var host: String
    var address: String
    var port: String
  }

  private var entries: [Entry]

  /// Splits the lists of `host`, `hostaddr` and `port`, which libpq has checked against each other.
  init(_ values: [String: String]) {
    let hosts = Self.parts(values["host"])
    let addresses = Self.parts(values["hostaddr"])
    let ports = Self.parts(values["port"])
    entries = (0..<max(hosts.count, addresses.count)).map { index in
      Entry(
        host: index < hosts.count ? hosts[index] : "", address: index < addresses.count ? addresses[index] : "",
        port: index < ports.count ? ports[index] : ports.first ?? "")
    }
  }

  /// Drops the hosts up to and including one; false, with nothing dropped, if none is left then.
  ///
  /// `host` is what libpq calls it: the name or, if there is none, the address.
  mutating func drop(throughHost host: String, port: String) -> Bool {
    let index = entries.firstIndex { ($0.host.isEmpty ? $0.address : $0.host) == host && $0.port == port }
    guard let index, index + 1 < entries.count else { return false }
    entries.removeFirst(index + 1)
    return true
  }

  /// The lists as parameters again.
  var parameters: [String: String] {
    let lists = ["host": entries.map(\.host), "hostaddr": entries.map(\.address), "port": entries.map(\.port)]
    return lists.filter { !$0.value.allSatisfy(\.isEmpty) }.mapValues { $0.joined(separator: ",") }
  }

  private static func parts(_ list: String?) -> [String] {
    guard let list, !list.isEmpty else { return [] }
    return list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}
