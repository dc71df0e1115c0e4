import Foundation
import PostgresClusters
import Testing

/// Whether `/readyz` tells the truth: it follows what reaches the target, not what the process thinks of itself.
@Suite("Readiness of a running service")
struct ReadinessTests {
  private static let schema = "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int PRIMARY KEY)"

  @Test("a target that hangs turns it within 30 seconds, with the reason, and back when it goes on")
  func hangingTarget() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming("--http-listen", "127.0.0.1:0")
    defer { service.end() }
    try service.waitForReadiness(200)
    let backend = try pair.target.query(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgsyncd pgsyncd apply'")
    guard let backend = backend.first?.first.flatMap({ $0 }).flatMap({ pid_t($0) }) else {
      Issue.record("the service has no session that applies")
      return
    }
    // The server is there, takes connections and answers them; only the one that matters does nothing any more.
    kill(backend, SIGSTOP)
    defer { kill(backend, SIGCONT) }
    try pair.source.execute("INSERT INTO u SELECT generate_series(1, 10)")
    let (says, after) = try service.waitForReadiness(503)
    #expect(after <= 30 && says.contains("Nothing has become durable on the target"), "\(after) s: \(says)")
    #expect(try service.page("healthz").status == 200, "it is alive all the same")
    let lag = try service.page("metrics").body.split(separator: "\n").first {
      $0.hasPrefix("pgsyncd_replication_lag_seconds{")
    }
    #expect(lag.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0 > 15, "\(lag ?? "no lag")")
    try service.waitForLog("not ready: ")
    kill(backend, SIGCONT)
    try service.waitForReadiness(200)
    try pair.waitForCatchUp()
    try pair.expectEqual()
  }

  @Test("a lock that holds a table up turns it, also while nothing else is wrong")
  func lockedTable() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming("--http-listen", "127.0.0.1:0")
    defer { service.end() }
    let lock = try pair.target.connect()
    defer { lock.close() }
    try lock.execute("BEGIN; LOCK t")
    try pair.source.execute("INSERT INTO t VALUES (1, 'x')")
    let (says, after) = try service.waitForReadiness(503)
    #expect(after <= 30 && says.contains("Look for locks"), "\(after) s: \(says)")
    try lock.execute("ROLLBACK")
    try service.waitForReadiness(200)
    try pair.waitForCatchUp()
    try pair.expectEqual()
  }

  @Test("a full parking is not ready at once, names the table, and is over when there is room")
  func parkingFull() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let file = try TemporaryFile("parking: {max_bytes: 100kB}\nhttp: {listen: '127.0.0.1:0'}\n")
    let service = try pair.startStreaming("--config", file.path, "--http-listen", "127.0.0.1:0")
    defer { service.end() }
    #expect(try pair.run("pause", "--table", "t").exitCode == 0)
    try pair.source.execute("INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 200) g")
    let (says, _) = try service.waitForReadiness(503)
    #expect(says.contains("public.t") && says.contains("parking.max_bytes"), "\(says)")
    #expect(try pair.run("resume", "--table", "t").exitCode == 0)
    try service.waitForReadiness(200)
    try pair.wait(for: "t", toBe: "streaming")
    try pair.expectEqual()
  }

  @Test("a standby is ready, says so and shows no figures of the pipeline; it leads when the leader is gone")
  func standby() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let leader = try pair.startStreaming("--http-listen", "127.0.0.1:0")
    defer { leader.end() }
    let standby = try pair.startService("--http-listen", "127.0.0.1:0")
    defer { standby.end() }
    #expect(try standby.waitForReadiness(200).says.contains("Stands by"))
    let page = try standby.page("metrics").body
    #expect(page.contains("pgsyncd_leader{namespace=\"\",deployment=\"\"} 0") && !page.contains("pgsyncd_table_state{"))
    try leader.kill()
    try standby.waitForLog("streaming from=")
    #expect(try standby.waitForReadiness(200).says.contains("Leads the pipeline"))
    #expect(try standby.page("metrics").body.contains("pgsyncd_leader{namespace=\"\",deployment=\"\"} 1"))
  }

  @Test("a source that is gone is not ready, until it is back")
  func lostSource() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming("--http-listen", "127.0.0.1:0")
    defer { service.end() }
    try service.waitForReadiness(200)
    try pair.source.stop()
    #expect(try service.waitForReadiness(503).says.contains("connection was lost"))
    try pair.source.start()
    try service.waitForReadiness(200)
  }

  @Test("an address that was asked for and is taken ends it with 1; the default one is done without")
  func takenAddress() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let port = try LocalPort()
    let asked = try Program.run(["sync", "--http-listen", "127.0.0.1:\(port.number)"] + pair.connection)
    #expect(asked.exitCode == 1 && asked.log.contains("cannot listen on 127.0.0.1:\(port.number)"), "\(asked)")
    #expect(asked.log.contains("Address already in use"), "\(asked)")
    #expect(try pair.target.query("SELECT to_regnamespace('pgsyncd')") == [[nil]], "nothing was begun")
    let file = try TemporaryFile("http: {listen: 'localhost:\(port.number)'}\n")
    let configured = try Program.run(["sync", "--once", "--config", file.path] + pair.connection)
    #expect(configured.exitCode == 1 && configured.log.contains("cannot listen on localhost"), "\(configured)")

    let defaultPort = try holdDefaultPort()
    let service = try Program(["sync"] + pair.connection)
    defer { service.end() }
    try service.waitForLog("going on without metrics and status page")
    try service.waitForLog("streaming from=")
    #expect(try service.terminate().exitCode == 0)
    // A run that ends by itself does not even try.
    let once = try Program.run(["sync", "--once"] + pair.connection)
    #expect(once.exitCode == 0 && !once.log.contains("listen") && !once.log.contains("metrics"), "\(once)")
    withExtendedLifetime((port, defaultPort)) {}
  }

  /// Listens on the default port, or finds that somebody does who has nothing to do with these tests.
  private func holdDefaultPort() throws -> LocalPort? {
    do { return try LocalPort(9187) } catch { return nil }
  }

  @Test("SIGTERM ends it within ten seconds with 0, whoever is connected and says nothing")
  func terminate() throws {
    let pair = try PipelinePair(schema: Self.schema)
    let service = try pair.startStreaming("--http-listen", "127.0.0.1:0")
    defer { service.end() }
    let address = try service.listeningAddress().replacing("http://127.0.0.1:", with: "").replacing("/", with: "")
    let silent = try SilentClient(port: UInt16(address) ?? 0)
    try silent.send("GET /metrics HTTP/1.1\r\nHost: x\r\n")
    // Another one never ends its line. It is turned away, and neither the pages nor the signals wait for it.
    let flooding = try SilentClient(port: UInt16(address) ?? 0)
    let floodBegan = ContinuousClock.now
    flooding.flood(mebibytes: 16)
    try service.waitForReadiness(200)
    #expect(ContinuousClock.now - floodBegan < .seconds(10))
    let began = ContinuousClock.now
    #expect(try service.terminate(within: 12).exitCode == 0)
    #expect(ContinuousClock.now - began < .seconds(10))
  }
}
