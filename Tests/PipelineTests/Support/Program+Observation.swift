import Foundation
import PostgresClusters

extension Program {
  /// Waits until it has written this to its log.
  func waitForLog(_ text: String, within seconds: Int = 30) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !log.contains(text) {
      guard isRunning, ContinuousClock.now < deadline else {
        throw ClusterError("waited in vain for \(text) in the log\n\(log)")
      }
      // A file has no event to wait for.
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  /// The most memory that it has had resident so far.
  func peakResidentMebibytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    guard let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw ClusterError("no VmHWM in \(status)")
    }
    return kibibytes / 1024
  }
}
