import Foundation

/// A program that was started, and what it has written so far.
final class ProgramRun {
  /// What a program left when it ended.
  struct Ended {
    let exitCode: Int32
    let output: String
    let log: String

    /// The failure to throw when this end was not the one that was wanted.
    func unexpected(of command: String) -> DemoFailure {
      .broken("`\(command)` ended with exit code \(exitCode).\n\(output)\(log)")
    }
  }

  private let process = Process()
  private let command: String
  private let outputFile: URL
  private let logFile: URL

  /// Starts `executable arguments…`. It is asked to end when this process is gone, however that ended: otherwise a demo
  /// that is killed would leave a service that looks for its servers for ever.
  init(
    executable: URL, arguments: [String], environment: [String: String], directory: URL, name: String
  ) throws {
    outputFile = directory.appendingPathComponent("\(name).out")
    logFile = directory.appendingPathComponent("\(name).log")
    command = ([executable.lastPathComponent] + arguments).joined(separator: " ")
    process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
    process.arguments = ["--pdeathsig", "TERM", "--", executable.path] + arguments
    process.environment = environment
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.create(outputFile)
    process.standardError = try Self.create(logFile)
    try process.run()
  }

  /// Everything on stderr so far.
  var log: String { text(of: logFile) }

  /// Whether it still runs.
  var isRunning: Bool { process.isRunning }

  /// Waits for the end of the program.
  func ended(by deadline: Deadline) throws -> Ended {
    try deadline.wait(for: "`\(command)` ends") { !process.isRunning }
    return Ended(exitCode: process.terminationStatus, output: text(of: outputFile), log: log)
  }

  /// Asks it to end, as a supervisor would.
  func terminate() { if process.isRunning { process.terminate() } }

  /// Ends it whatever it does. Nothing happens if it has ended already.
  func kill() {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private static func create(_ file: URL) throws -> FileHandle {
    try Data().write(to: file)
    return try FileHandle(forWritingTo: file)
  }

  private func text(of file: URL) -> String {
    // A program that was ended in the middle of a character is quoted as far as it came.
    (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
