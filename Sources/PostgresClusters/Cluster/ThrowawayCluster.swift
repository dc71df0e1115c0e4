import Foundation
import LibPQ
import Synchronization

/// A real PostgreSQL server in a temporary folder, for tests, the demo and measurements.
///
/// It listens on a unix socket in that folder, so that its port cannot collide, and is stopped and removed when the
/// object goes, at the latest when the process ends, even by a crash. The superuser is `postgres`.
public final class ThrowawayCluster: Sendable {
  /// The programs that run it.
  public let installation: PostgresInstallation
  /// What it was made with.
  public let options: ClusterOptions
  /// The folder that holds everything, and the socket.
  public let folder: String
  /// The port, of the socket's name and on the loopback address.
  public let port: Int
  /// Guards starting and stopping; true while the server is meant to run.
  let isRunning = Mutex(false)
  private let settings: Mutex<[String: String]>
  private let guardian: FolderGuardian

  /// Makes a cluster and starts it; returns when it takes connections.
  public init(_ options: ClusterOptions = ClusterOptions()) throws(ClusterError) {
    let installation = try PostgresInstallation.installation(majorVersion: options.majorVersion)
    let folder = try ServerUser.makeFolder("pgcluster")
    self.options = options
    self.installation = installation
    self.folder = folder
    port = options.listensOnLoopback ? try LoopbackPort.free() : 5432
    let data = folder + "/data"
    guardian = try FolderGuardian(
      folder: folder, stopCommand: [installation.program("pg_ctl"), "stop", "-D", data, "-m", "immediate", "-s"])
    var settings = ClusterOptions.usualSettings
    if options.listensOnLoopback { settings["listen_addresses"] = "127.0.0.1" }
    settings.merge(options.settings) { $1 }
    self.settings = Mutex(settings)
    try DataFolderTemplate.copy(installation, encoding: options.encoding, to: data)
    try append("include = 'throwaway.conf'\n", to: "postgresql.conf")
    try writeSettings()
    if case .scram(let password) = options.authentication { try requirePasswords(superuser: password) }
    try start()
  }

  deinit { guardian.dismiss() }

  /// Stops the server at once and removes the folder, now rather than when the object goes.
  public func remove() { guardian.dismiss() }

  /// The data folder.
  public var dataFolder: String { folder + "/data" }

  /// What the server wrote to its log.
  public var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

  /// Changes server settings; nil brings a default back. They take effect with ``reload()`` or ``restart(_:)``.
  public func configure(_ changes: [String: String?]) throws(ClusterError) {
    settings.withLock { settings in
      for (name, value) in changes { settings[name] = value }
    }
    try writeSettings()
  }

  private func writeSettings() throws(ClusterError) {
    var all = settings.withLock { $0 }
    all["unix_socket_directories"] = folder
    all["port"] = String(port)
    let lines = all.sorted { $0.key < $1.key }.map { name, value in
      "\(name) = '\(value.replacingOccurrences(of: "'", with: "''"))'\n"
    }
    try write(lines.joined(), to: "throwaway.conf")
  }

  /// Sets the superuser's password with a server that serves nobody, then closes the door.
  private func requirePasswords(superuser password: String) throws(ClusterError) {
    let sql = "ALTER ROLE postgres PASSWORD '\(password.replacingOccurrences(of: "'", with: "''"))'"
    try write(sql + "\n", to: "password.sql")
    let script = #""$1" --single -D "$2" postgres < "$2/password.sql" && rm "$2/password.sql""#
    try ChildProcess.run(
      ServerUser.command(["/bin/sh", "-c", script, "password", installation.program("postgres"), dataFolder]))
    try setHostBasedAuthentication([
      "local all all scram-sha-256", "local replication all scram-sha-256",
      "host all all 127.0.0.1/32 scram-sha-256", "host replication all 127.0.0.1/32 scram-sha-256",
    ])
  }

  /// Replaces the lines of `pg_hba.conf`; they take effect with ``reload()``.
  public func setHostBasedAuthentication(_ lines: [String]) throws(ClusterError) {
    try write(lines.map { $0 + "\n" }.joined(), to: "pg_hba.conf")
  }

  /// Overwrites a file in place, or makes one that belongs to the server's user.
  private func write(_ text: String, to name: String) throws(ClusterError) {
    try store(text, name, mode: "w")
  }

  private func append(_ text: String, to name: String) throws(ClusterError) {
    try store(text, name, mode: "a")
  }

  private func store(_ text: String, _ name: String, mode: String) throws(ClusterError) {
    let path = dataFolder + "/" + name
    guard let file = fopen(path, mode) else { throw ClusterError("cannot write \(path)") }
    defer { fclose(file) }
    guard fputs(text, file) >= 0, fchmod(fileno(file), 0o644) == 0 else { throw ClusterError("cannot write \(path)") }
  }
}
