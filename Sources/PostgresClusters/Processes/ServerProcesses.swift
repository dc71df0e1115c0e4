import Foundation

/// The processes of one server, found by the postmaster's id.
struct ServerProcesses {
  let postmaster: pid_t

  /// The postmaster that a data folder's lock file names; nil without a lock file.
  init?(dataFolder: String) {
    guard let lock = try? String(contentsOfFile: dataFolder + "/postmaster.pid", encoding: .utf8),
      let first = lock.split(separator: "\n").first, let id = pid_t(first)
    else { return nil }
    postmaster = id
  }

  /// Kills the postmaster and all its children at one instant, as a power failure would, and waits until they are gone.
  func killAll(within limit: Duration) throws(ClusterError) {
    let deadline = ContinuousClock.now + limit
    // Stopped, it can neither react to a child's death nor start a new one.
    kill(postmaster, SIGSTOP)
    while let status = Self.status(of: postmaster), status.state != "T" {
      try pause(until: deadline, waitingFor: postmaster)
    }
    let all = children() + [postmaster]
    for process in all { kill(process, SIGKILL) }
    for process in all {
      while Self.isRunning(process) { try pause(until: deadline, waitingFor: process) }
    }
  }

  /// There is nothing to wait on for processes that are not our children.
  private func pause(until deadline: ContinuousClock.Instant, waitingFor process: pid_t) throws(ClusterError) {
    guard ContinuousClock.now < deadline else { throw ClusterError("process \(process) does not end") }
    usleep(1000)
  }

  private func children() -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { pid_t($0) }.filter { Self.status(of: $0)?.parent == postmaster }
  }

  /// A zombie has ended: whoever should collect it may not do so inside a container.
  private static func isRunning(_ process: pid_t) -> Bool {
    guard let status = status(of: process) else { return false }
    return status.state != "Z" && status.state != "X"
  }

  /// State and parent from `/proc/N/stat`, whose second field, the name, may contain anything.
  private static func status(of process: pid_t) -> (state: Substring, parent: pid_t)? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let nameEnd = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: nameEnd)...].split(separator: " ")
    guard fields.count > 2, let parent = pid_t(fields[1]) else { return nil }
    return (fields[0], parent)
  }
}
