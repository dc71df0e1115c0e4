import Foundation
import Synchronization

/// Stops a folder's server and removes the folder when this process is gone, however it ended.
///
/// It is a shell that waits for the end of its input. The other end of that channel is held here and nowhere else, so
/// it closes when the guardian is dismissed, and also when a test crashes or is killed.
final class FolderGuardian: Sendable {
  private let lifeline: Int32
  private let shell: pid_t
  private let isDismissed = Mutex(false)

  /// Starts watching; `stopCommand` may fail, for there may be no server any more.
  init(folder: String, stopCommand: [String]) throws(ClusterError) {
    let ends = try Channel.ends()
    defer { close(ends[0]) }
    lifeline = ends[1]
    // A signal to the whole terminal group must not end the guardian before its work is done.
    let script = """
      trap '' INT TERM HUP
      folder=$1; shift
      read -r nothing
      "$@" || true
      rm -rf -- "$folder"
      """
    shell = try ChildProcess.start(
      ServerUser.command(["/bin/sh", "-c", script, "guardian", folder] + stopCommand), input: ends[0], output: nil)
  }

  /// Lets it do its work now and waits until it is done; a second call does nothing.
  func dismiss() {
    let isFirst = isDismissed.withLock { isDismissed in
      defer { isDismissed = true }
      return !isDismissed
    }
    guard isFirst else { return }
    close(lifeline)
    ChildProcess.wait(for: shell)
  }
}
