import Foundation

/// Who runs the servers: PostgreSQL refuses to run as root, so root hands over to the user `postgres`.
enum ServerUser {
  /// A command line as the servers' user.
  static func command(_ arguments: [String]) -> [String] { prefix + arguments }

  private static let prefix: [String] =
    getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : []

  /// Makes an empty folder of a unique, short name that belongs to the servers' user and that nobody else can enter.
  ///
  /// It is short because a socket's whole path must fit into 107 bytes.
  static func makeFolder(_ purpose: String) throws(ClusterError) -> String {
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    let parent = temporary.utf8.count < 60 ? temporary : "/tmp"
    let template = "\(parent)/\(purpose).XXXXXX"
    let output = try ChildProcess.output(of: command(["mktemp", "-d", template]))
    return String(output.prefix { $0 != "\n" })
  }
}
