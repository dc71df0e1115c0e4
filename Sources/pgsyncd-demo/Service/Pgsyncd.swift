import Foundation
import LogicalReplication
import PostgresTypes

/// The real program, as it was built, run as an operator would run it: with the two databases in the environment.
struct Pgsyncd {
  let executable: URL
  /// Where the programs run and where their logs are; there is no configuration file in it.
  let directory: URL
  private let environment: [String: String]

  /// Takes the program that was built beside this one.
  init(source: String, target: String, directory: URL) throws(DemoFailure) {
    // What is set for the operator's own databases has no business here.
    var environment = ProcessInfo.processInfo.environment.filter { name, _ in
      !name.hasPrefix("PG")
    }
    environment["PGSYNCD_SOURCE"] = source
    environment["PGSYNCD_TARGET"] = target
    environment["NO_COLOR"] = "1"
    self.environment = environment
    self.directory = directory
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    executable = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("pgsyncd")
    guard FileManager.default.isExecutableFile(atPath: executable.path) else {
      throw .broken("There is no program \(executable.path): build it first (make build).")
    }
  }

  /// Starts `pgsyncd arguments…`; its output goes to files named after `name`.
  func start(_ arguments: [String], name: String) throws -> ProgramRun {
    try ProgramRun(
      executable: executable, arguments: arguments, environment: environment, directory: directory, name: name)
  }

  /// Runs `pgsyncd arguments…` to its end.
  func run(_ arguments: [String], name: String, by deadline: Deadline) throws -> ProgramRun.Ended {
    let program = try start(arguments, name: name)
    defer { program.kill() }
    return try program.ended(by: deadline)
  }

  /// `pgsyncd status --json`, read.
  func status(by deadline: Deadline) throws -> PipelineStatus {
    let ended = try run(["status", "--json"], name: "status", by: deadline)
    guard ended.exitCode == 0 else { throw ended.unexpected(of: "pgsyncd status --json") }
    do {
      return try JSONDecoder().decode(PipelineStatus.self, from: Data(ended.output.utf8))
    } catch {
      throw DemoFailure.broken("`pgsyncd status --json` is not what it should be: \(error)\n\(ended.output)")
    }
  }
}

extension PipelineStatus {
  /// The status of one table.
  func table(_ name: QualifiedName) throws(DemoFailure) -> TableStatus {
    guard let found = tables.first(where: { $0.name == name }) else {
      throw .broken("`pgsyncd status --json` does not mention \(name.sql).")
    }
    return found
  }
}
