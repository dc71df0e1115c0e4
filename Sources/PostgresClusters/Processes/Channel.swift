import Foundation

/// A channel to or from a child.
enum Channel {
  /// Two connected descriptors that no child inherits.
  ///
  /// A pipe could only be kept from children after it was made, and a server that another thread starts in between
  /// would hold it open for as long as it runs. A pair of sockets is born with that property.
  static func ends() throws(ClusterError) -> [Int32] {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw ClusterError("no channel to a child: \(String(cString: strerror(errno)))")
    }
    return ends
  }
}
