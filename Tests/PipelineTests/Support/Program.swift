import Foundation
import PostgresClusters

/// The program under test, started as its users start it.
final class Program: @unchecked Sendable {
  // Sound: Foundation's Process may be used from several threads once it runs, and everything else is constant.

  /// What a program left behind when it ended.
  struct Ended: Sendable, CustomStringConvertible {
    var exitCode: Int32
    var output: String
    var log: String

    var description: String { "exit code \(exitCode)\n\(output)\(log)" }
  }

  private let process = Process()
  private let folder: URL
  private let ended = DispatchSemaphore(value: 0)

  /// Starts `pgsyncd` with these arguments.
  init(_ arguments: [String]) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("pgsyncd-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.create(folder.appendingPathComponent("output"))
    process.standardError = try Self.create(folder.appendingPathComponent("log"))
    process.terminationHandler = { [ended] _ in ended.signal() }
    try process.run()
  }

  deinit {
    if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs `pgsyncd` to its end.
  @discardableResult
  static func run(_ arguments: [String], within seconds: Int = 60) throws -> Ended {
    try Program(arguments).wait(within: seconds)
  }

  /// Everything on stderr so far.
  var log: String { text("log") }

  /// Its process number.
  var processIdentifier: Int32 { process.processIdentifier }

  /// Whether it still runs.
  var isRunning: Bool { process.isRunning }

  /// Waits for its end. A program that does not end in time is a failure, with what it has said so far.
  @discardableResult
  func wait(within seconds: Int = 60) throws -> Ended {
    guard ended.wait(timeout: .now() + .seconds(seconds)) == .success else {
      throw ClusterError("pgsyncd \(process.arguments ?? []) did not end within \(seconds) s\n\(log)")
    }
    ended.signal()
    process.waitUntilExit()
    return Ended(exitCode: process.terminationStatus, output: text("output"), log: log)
  }

  /// Asks it to end, as a supervisor would, and waits.
  @discardableResult
  func terminate(within seconds: Int = 15) throws -> Ended {
    if process.isRunning { process.terminate() }
    return try wait(within: seconds)
  }

  /// Ends it in whatever state it is; for the end of a test that has seen all it wanted.
  func end() {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Ends it as a power failure would: without a chance to do anything.
  func kill() throws {
    Foundation.kill(process.processIdentifier, SIGKILL)
    try wait(within: 10)
  }

  private func text(_ name: String) -> String {
    let data = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  private static func create(_ file: URL) throws -> FileHandle {
    try Data().write(to: file)
    return try FileHandle(forWritingTo: file)
  }

  /// The program lies beside the bundle of the tests, where the package manager has built both.
  private static let executable: URL = {
    var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("pgsyncd")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      folder = folder.deletingLastPathComponent()
    }
    preconditionFailure("the product pgsyncd is built before its tests run")
  }()
}
