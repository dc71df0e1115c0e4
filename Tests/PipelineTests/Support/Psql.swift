import Foundation
import PostgresClusters

/// `psql`, as an operator uses it who pastes what pgsyncd has printed.
enum Psql {
  /// Runs statements as they are, one after the other, each in a transaction of its own.
  ///
  /// - Parameter stopsAtError: false lets it go on behind a statement that fails, which is how psql behaves by itself.
  static func run(
    _ statements: [String], on cluster: ThrowawayCluster, database: String = "postgres", stopsAtError: Bool = true
  ) throws -> Program.Ended {
    let script = try TemporaryFile(statements.joined(separator: "\n") + "\n")
    let output = Pipe()
    let psql = Process()
    psql.executableURL = URL(fileURLWithPath: program)
    psql.arguments = ["--no-psqlrc", "--quiet"] + (stopsAtError ? ["--set", "ON_ERROR_STOP=1"] : [])
    psql.arguments? += ["--file", script.path, "--dbname", cluster.connectionString(database: database)]
    psql.standardInput = FileHandle.nullDevice
    psql.standardOutput = output
    psql.standardError = output
    try psql.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    psql.waitUntilExit()
    return Program.Ended(exitCode: psql.terminationStatus, output: text, log: "")
  }

  /// Some packages of a server come without the client; any version of it will do.
  private static let program: String = {
    let candidates = PostgresInstallation.available.map { $0.program("psql") }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile) else {
      preconditionFailure("none of the installed PostgreSQL versions has psql")
    }
    return found
  }()
}
