import Foundation

extension ThrowawayCluster {
  /// How a server is asked to stop.
  public enum ShutdownMode: String, Sendable {
    /// Waits for all sessions to end.
    case smart
    /// Ends all sessions and writes a checkpoint; walsenders send what is left first.
    case fast
    /// Stops at once; the next start recovers from the log.
    case immediate
  }

  /// Starts the server and waits until it takes connections.
  public func start() throws(ClusterError) {
    try control(["start", "-w", "-t", "60", "-l", folder + "/log"])
    isRunning.withLock { $0 = true }
  }

  /// Stops the server and waits until it is gone.
  public func stop(_ mode: ShutdownMode = .fast) throws(ClusterError) {
    try control(["stop", "-w", "-t", "60", "-m", mode.rawValue])
    isRunning.withLock { $0 = false }
  }

  /// Stops the server and starts it again.
  public func restart(_ mode: ShutdownMode = .fast) throws(ClusterError) {
    try stop(mode)
    try start()
  }

  /// Makes the server read its configuration files again and waits until it has.
  public func reload() throws(ClusterError) {
    let before = try loadTime()
    try control(["reload"])
    try waitFor("the configuration to be read again", trueOf: "SELECT pg_conf_load_time() > '\(before)'")
  }

  /// Kills every process of the server with SIGKILL at one instant and waits until they are gone.
  public func crash() throws(ClusterError) {
    let lockFiles = [dataFolder + "/postmaster.pid", folder + "/.s.PGSQL.\(port).lock"]
    guard isRunning.withLock({ $0 }), let processes = ServerProcesses(dataFolder: dataFolder) else {
      throw ClusterError("no server runs in \(dataFolder)")
    }
    isRunning.withLock { $0 = false }
    try processes.killAll(within: .seconds(30))
    // The files still name the dead postmaster. While it is a zombie that nobody has collected, a new postmaster takes
    // it for alive, and when its number is given to another process, pg_ctl would signal that one.
    for file in lockFiles where unlink(file) != 0 { throw ClusterError("cannot remove \(file)") }
  }

  /// The postmaster's process; nil while no server runs.
  public var postmasterPID: Int32? {
    isRunning.withLock { $0 } ? ServerProcesses(dataFolder: dataFolder)?.postmaster : nil
  }

  private func loadTime() throws(ClusterError) -> String {
    do {
      return try query("SELECT pg_conf_load_time()")[0][0] ?? ""
    } catch {
      throw ClusterError("\(error)")
    }
  }

  private func control(_ arguments: [String]) throws(ClusterError) {
    do {
      try ChildProcess.run(
        ServerUser.command([installation.program("pg_ctl"), "-D", dataFolder, "-s"] + arguments))
    } catch {
      throw ClusterError("\(error)\n\(log.suffix(4000))")
    }
  }
}
