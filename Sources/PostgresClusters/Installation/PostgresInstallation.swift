import Foundation

/// The programs of one version of PostgreSQL.
public struct PostgresInstallation: Sendable, Hashable {
  /// The folder with `initdb`, `pg_ctl`, `postgres` …
  public let binFolder: String
  /// 15 for 15.18.
  public let majorVersion: Int

  /// Wraps a folder of programs; nil if there is no `postgres` in it that tells its version.
  public init?(binFolder: String) {
    guard FileManager.default.isExecutableFile(atPath: binFolder + "/postgres"),
      let output = try? ChildProcess.output(of: [binFolder + "/postgres", "--version"]),
      let version = output.split(separator: " ").last.flatMap({ Int($0.prefix { $0.isNumber }) })
    else { return nil }
    self.binFolder = binFolder
    majorVersion = version
  }

  /// The path of one of its programs.
  public func program(_ name: String) -> String { binFolder + "/" + name }
}

extension PostgresInstallation {
  /// Everything that was found, oldest first, one for each major version.
  ///
  /// The folder in `PGSYNCD_TEST_PG_BIN` comes before the folders in `PGSYNCD_TEST_PG_BINS` (separated by colons) and
  /// these before `/usr/lib/postgresql/*/bin`.
  public static let available: [PostgresInstallation] = {
    let packaged = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let folders = named + packaged.map { "/usr/lib/postgresql/\($0)/bin" }
    var byVersion: [Int: PostgresInstallation] = [:]
    for installation in folders.compactMap(PostgresInstallation.init) where byVersion[installation.majorVersion] == nil
    {
      byVersion[installation.majorVersion] = installation
    }
    return byVersion.values.sorted { $0.majorVersion < $1.majorVersion }
  }()

  /// The installation of a major version, by default that of `PGSYNCD_TEST_PG_BIN`, else the newest of the packaged
  /// ones, else the newest of all.
  public static func installation(majorVersion: Int? = nil) throws(ClusterError) -> PostgresInstallation {
    if let majorVersion {
      guard let found = available.first(where: { $0.majorVersion == majorVersion }) else {
        throw ClusterError("PostgreSQL \(majorVersion) was not found; name its bin folder in PGSYNCD_TEST_PG_BINS")
      }
      return found
    }
    let preferred = environment("PGSYNCD_TEST_PG_BIN").first.flatMap(PostgresInstallation.init)
    let packaged = available.last { $0.binFolder.hasPrefix("/usr/lib/postgresql/") }
    guard let found = preferred ?? packaged ?? available.last else {
      throw ClusterError("no PostgreSQL server was found; install postgresql or set PGSYNCD_TEST_PG_BIN")
    }
    return found
  }

  private static var named: [String] { environment("PGSYNCD_TEST_PG_BIN") + environment("PGSYNCD_TEST_PG_BINS") }

  private static func environment(_ name: String) -> [String] {
    (ProcessInfo.processInfo.environment[name] ?? "").split(separator: ":").map(String.init)
  }
}
