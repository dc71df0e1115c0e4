import Foundation
import PostgresClusters

/// Prometheus' own checks.
enum Promtool {
  /// Runs it; returns its exit code and what it said.
  static func run(_ arguments: String..., input: String = "") throws -> (exitCode: Int32, says: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try PrometheusServer.program("promtool"))
    process.arguments = arguments
    let file = try TemporaryFile(input)
    guard let handle = FileHandle(forReadingAtPath: file.path) else { throw ClusterError("no input for promtool") }
    let output = Pipe()
    process.standardInput = handle
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }
}
