import Foundation

/// Short-lived programs: started, waited for, their output kept.
///
/// `Foundation.Process` turns a run loop while it waits and so takes up to 50 ms longer than the program.
enum ChildProcess {
  /// Runs a program; throws with its output if it fails.
  static func run(_ arguments: [String], environment: [String: String] = [:]) throws(ClusterError) {
    _ = try output(of: arguments, environment: environment)
  }

  /// Runs a program to its end; returns what it wrote to stdout and stderr.
  ///
  /// A program that leaves a server behind must have redirected the server's output, or this waits for the server.
  static func output(of arguments: [String], environment: [String: String] = [:]) throws(ClusterError) -> String {
    let ends = try Channel.ends()
    defer { close(ends[0]) }
    let child: pid_t
    do {
      defer { close(ends[1]) }
      child = try start(arguments, environment: environment, input: nil, output: ends[1])
    }
    let output = String(decoding: readToEnd(ends[0]), as: UTF8.self)
    let status = wait(for: child)
    guard status == 0 else {
      throw ClusterError("\(arguments.joined(separator: " ")) failed (\(status)): \(output)")
    }
    return output
  }

  /// Starts a program; its input is `input` or empty, its output goes to `output` or nowhere.
  static func start(
    _ arguments: [String], environment: [String: String] = [:], input: Int32?, output: Int32?
  ) throws(ClusterError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    if let output {
      posix_spawn_file_actions_adddup2(&actions, output, 1)
      posix_spawn_file_actions_adddup2(&actions, output, 2)
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }
    let variables = serverEnvironment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
    var child: pid_t = 0
    let failure = withCArray(arguments) { arguments in
      withCArray(variables) { variables in posix_spawnp(&child, arguments[0]!, &actions, nil, arguments, variables) }
    }
    guard failure == 0 else {
      throw ClusterError("cannot start \(arguments.first ?? ""): \(String(cString: strerror(failure)))")
    }
    return child
  }

  /// Waits for a child's end; its exit code, or minus the signal that ended it.
  @discardableResult
  static func wait(for child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : -signal
  }

  /// The programs must not be led astray by libpq's variables of whoever runs the tests.
  private static let serverEnvironment = ProcessInfo.processInfo.environment
    .filter { !$0.key.hasPrefix("PG") }.merging(["LC_ALL": "C"]) { $1 }

  private static func readToEnd(_ descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 { bytes += buffer[..<count] } else if count == 0 || errno != EINTR { return bytes }
    }
  }

  private static func withCArray<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
  }
}
