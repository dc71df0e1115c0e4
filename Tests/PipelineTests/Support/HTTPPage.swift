import Foundation
import FoundationNetworking
import PostgresClusters
import Synchronization

/// A page as a browser or a scraper gets it.
struct HTTPPage: Sendable, CustomStringConvertible {
  var status: Int
  var headers: [String: String]
  var body: String

  var description: String { "\(status)\n\(body)" }

  /// Asks for a page and waits for it.
  static func get(_ address: String, method: String = "GET") throws -> HTTPPage {
    guard let url = URL(string: address) else { throw ClusterError("\(address) is no address") }
    var request = URLRequest(url: url, timeoutInterval: 15)
    request.httpMethod = method
    let result = Mutex<Result<HTTPPage, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    let session = URLSession(configuration: .ephemeral)
    defer { session.invalidateAndCancel() }
    session.dataTask(with: request) { data, response, error in
      if let response = response as? HTTPURLResponse {
        var headers: [String: String] = [:]
        for (name, value) in response.allHeaderFields { headers["\(name)".lowercased()] = "\(value)" }
        let page = HTTPPage(
          status: response.statusCode, headers: headers, body: String(decoding: data ?? Data(), as: UTF8.self))
        result.withLock { $0 = .success(page) }
      } else {
        result.withLock { $0 = .failure(error ?? ClusterError("no answer from \(address)")) }
      }
      done.signal()
    }.resume()
    guard done.wait(timeout: .now() + .seconds(20)) == .success, let outcome = result.withLock({ $0 }) else {
      throw ClusterError("no answer from \(address) in time")
    }
    return try outcome.get()
  }
}
