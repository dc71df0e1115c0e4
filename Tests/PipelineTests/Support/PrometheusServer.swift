import Foundation
import PostgresClusters

/// A real Prometheus that scrapes one service every second and evaluates the rules of `docker/`; it ends with the object.
final class PrometheusServer: @unchecked Sendable {
  // Sound: Foundation's Process may be used from several threads once it runs, and everything else is constant.

  private let process = Process()
  private let folder: URL
  private let address: String

  /// The folder `docker` of the repository.
  static let dockerFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docker")

  /// Starts it.
  ///
  /// - Parameter target: host and port of the service.
  init(scraping target: String) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("pgsyncd-prometheus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let rules = Self.dockerFolder.appendingPathComponent("prometheus/rules/*.yml").path
    let configuration = folder.appendingPathComponent("prometheus.yml")
    try """
    global: {scrape_interval: 1s, evaluation_interval: 1s}
    rule_files: ['\(rules)']
    scrape_configs:
      - job_name: pgsyncd
        honor_labels: true
        static_configs: [{targets: ['\(target)']}]
    """.write(to: configuration, atomically: false, encoding: .utf8)
    let port = try LocalPort.free()
    address = "http://127.0.0.1:\(port)/"
    process.executableURL = URL(fileURLWithPath: try Self.program("prometheus"))
    process.arguments = [
      "--config.file=\(configuration.path)", "--storage.tsdb.path=\(folder.path)/data",
      "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
    ]
    let log = folder.appendingPathComponent("log")
    try Data().write(to: log)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
  }

  deinit {
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Where a program of Debian's package `prometheus` is.
  static func program(_ name: String) throws -> String {
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let tools = dockerFolder.deletingLastPathComponent().appendingPathComponent(".build/tools/usr/bin").path
    for folder in path + [tools] where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
      return "\(folder)/\(name)"
    }
    throw ClusterError("\(name) is not in the PATH, nor in .build/tools, where `make tools` puts it")
  }

  /// The results of a query, each as its labels and its value.
  func query(_ expression: String) throws -> [(labels: [String: String], value: String)] {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    let encoded = expression.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    let page = try HTTPPage.get(address + "api/v1/query?query=" + encoded)
    guard let answer = try JSONSerialization.jsonObject(with: Data(page.body.utf8)) as? [String: Any],
      answer["status"] as? String == "success", let data = answer["data"] as? [String: Any],
      let results = data["result"] as? [[String: Any]]
    else { throw ClusterError("Prometheus refuses \(expression): \(page)") }
    return results.map { result in
      let value = (result["value"] as? [Any])?.last as? String ?? ""
      return (result["metric"] as? [String: String] ?? [:], value)
    }
  }

  /// Waits until a query has results; returns them.
  @discardableResult
  func wait(for expression: String, within seconds: Int = 30) throws -> [(labels: [String: String], value: String)] {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var trouble = "it has no result"
    while ContinuousClock.now < deadline {
      do {
        let results = try query(expression)
        if !results.isEmpty { return results }
        trouble = "it has no result"
      } catch {
        // While it starts it does not answer.
        trouble = "\(error)"
      }
      Thread.sleep(forTimeInterval: 0.1)
    }
    let log = String(
      decoding: FileManager.default.contents(atPath: folder.appendingPathComponent("log").path) ?? Data(), as: UTF8.self
    )
    throw ClusterError("waited \(seconds) s in vain for \(expression): \(trouble)\n\(log)")
  }
}
