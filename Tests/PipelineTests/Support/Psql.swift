import Foundation
import PostgresClusters

/// `psql`, as an operator uses it who pastes what pgsyncd has printed.
enum Psql {
  /// Runs statements as they are, one after the other, each in a transaction of its own; stops at the first that fails.
  static func run(
    _ statements: [String], on cluster: ThrowawayCluster, database: String = "postgres"
  ) throws -> Program.Ended {
    let script = try TemporaryFile(statements.joined(separator: "\n") + "\n")
    let output = Pipe()
    let psql = Process()
    psql.executableURL = URL(fileURLWithPath: cluster.installation.program("psql"))
    psql.arguments = [
      "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", script.path, "--dbname",
      cluster.connectionString(database: database),
    ]
    psql.standardInput = FileHandle.nullDevice
    psql.standardOutput = output
    psql.standardError = output
    try psql.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    psql.waitUntilExit()
    return Program.Ended(exitCode: psql.terminationStatus, output: text, log: "")
  }
}
