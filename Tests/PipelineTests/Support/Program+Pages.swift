import Foundation
import PostgresClusters

extension Program {
  /// Where the service says that it listens: `http://127.0.0.1:40213/`.
  func listeningAddress() throws -> String {
    try waitForLog("status page on http://")
    guard let start = log.range(of: "status page on ")?.upperBound else { throw ClusterError("no address in the log") }
    return String(log[start...].prefix { !$0.isWhitespace })
  }

  /// A page of the service: `readyz`, `metrics`, or nothing for the status page.
  func page(_ path: String) throws -> HTTPPage { try HTTPPage.get(try listeningAddress() + path) }

  /// Waits until `/readyz` answers so, and returns what it says and after how many seconds.
  @discardableResult
  func waitForReadiness(_ status: Int, within seconds: Int = 30) throws -> (says: String, after: Double) {
    let start = ContinuousClock.now
    while true {
      let page = try page("readyz")
      let passed = (ContinuousClock.now - start) / .seconds(1)
      if page.status == status { return (page.body, passed) }
      guard passed < Double(seconds) else {
        throw ClusterError("waited \(seconds) s in vain for /readyz to answer \(status): \(page)\n\(log)")
      }
      // A page has no event to wait for.
      Thread.sleep(forTimeInterval: 0.1)
    }
  }
}
