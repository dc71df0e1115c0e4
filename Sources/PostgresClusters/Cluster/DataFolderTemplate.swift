import Foundation
import Synchronization

/// Data folders as `initdb` leaves them, made once a process and copied for every cluster.
enum DataFolderTemplate {
  private struct Key: Hashable {
    let installation: PostgresInstallation
    let encoding: String
  }

  private struct Template {
    let dataFolder: String
    // Removes the folder when this process ends.
    let guardian: FolderGuardian
  }

  private static let templates = Mutex<[Key: Template]>([:])

  /// Copies a fresh data folder to a place that does not exist yet.
  static func copy(_ installation: PostgresInstallation, encoding: String, to place: String) throws(ClusterError) {
    let source = try dataFolder(Key(installation: installation, encoding: encoding))
    try ChildProcess.run(ServerUser.command(["cp", "-a", "--reflink=auto", source, place]))
    try giveIdentity(to: place, installation)
  }

  private static func dataFolder(_ key: Key) throws(ClusterError) -> String {
    // Holding the lock meanwhile keeps clusters that start at the same time from running initdb twice.
    let outcome: Result<String, ClusterError> = templates.withLock { templates in
      Result { () throws(ClusterError) in
        if let template = templates[key] { return template.dataFolder }
        let folder = try ServerUser.makeFolder("pgtemplate")
        let guardian = try FolderGuardian(folder: folder, stopCommand: ["true"])
        let dataFolder = folder + "/data"
        try ChildProcess.run(
          ServerUser.command([
            key.installation.program("initdb"), "--pgdata", dataFolder, "--username", "postgres", "--auth", "trust",
            "--encoding", key.encoding, "--locale", "C", "--no-sync", "--no-instructions",
          ]))
        templates[key] = Template(dataFolder: dataFolder, guardian: guardian)
        return dataFolder
      }
    }
    return try outcome.get()
  }

  /// Copies of one folder would all be the same system to everybody who asks for `system_identifier`.
  ///
  /// It is the first field of the control file. `pg_resetwal` accepts a control file whose checksum does not match,
  /// keeps its values, and writes it and the log anew.
  private static func giveIdentity(to dataFolder: String, _ installation: PostgresInstallation) throws(ClusterError) {
    let control = open(dataFolder + "/global/pg_control", O_WRONLY)
    guard control >= 0 else { throw ClusterError("no control file in \(dataFolder)") }
    var identity = UInt64.random(in: 1...UInt64(Int64.max))
    let count = pwrite(control, &identity, 8, 0)
    close(control)
    guard count == 8 else { throw ClusterError("cannot write the control file in \(dataFolder)") }
    try ChildProcess.run(
      ServerUser.command([installation.program("pg_resetwal"), "--force", "--pgdata", dataFolder]))
  }
}
