import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes
import Testing

struct ConnectingTests {
  private func connect(_ conninfo: String, interruption: WaitInterruption? = nil) throws -> PostgresConnection {
    try PostgresConnection(ConnectionSettings(conninfo), applicationName: "ConnectingTests", interruption: interruption)
  }

  @Test func aPortWhereNobodyListensIsNamed() throws {
    let error = TestServer.error { _ = try connect("postgresql://127.0.0.1:1/shop") }
    #expect(error?.kind == .connectionFailed)
    #expect(error?.sqlState == .unableToConnect)
    #expect(error?.message == "Connection refused")
    #expect(error?.hint?.contains("running on that host") == true)
    #expect(error?.endpoint == "127.0.0.1:1/shop")
  }

  @Test func aSocketThatIsNotThereIsNamed() throws {
    let error = TestServer.error { _ = try connect("host=/nonexistent dbname=shop user=x") }
    #expect(error?.kind == .connectionFailed)
    #expect(error?.message == "No such file or directory")
    #expect(error?.endpoint == "/nonexistent:5432/shop")
  }

  @Test func aHostThatDoesNotExistIsNamed() throws {
    let error = TestServer.error { _ = try connect("postgresql://no-such-host.invalid/shop") }
    #expect(error?.kind == .connectionFailed)
    #expect(error?.message.contains("no-such-host.invalid") == true)
  }

  @Test func aDatabaseThatDoesNotExistHasItsCode() throws {
    let settings = try TestServer.cluster().connectionSettings(database: "nowhere")
    let error = TestServer.error { _ = try PostgresConnection(settings, applicationName: "x") }
    #expect(error?.kind == .connectionFailed)
    #expect(error?.sqlState == SQLState(rawValue: "3D000"))
    #expect(error?.message == "database \"nowhere\" does not exist")
  }

  @Test func aBadParameterIsRefused() throws {
    let good = try TestServer.cluster().connectionSettings()
    for (key, value) in [("sslmode", "sometimes"), ("no_such_keyword", "1"), ("service", "missing")] {
      let error = TestServer.error { _ = try PostgresConnection(good.setting(key, value), applicationName: "x") }
      #expect(error?.kind == .connectionFailed)
    }
  }

  @Test func aWrongPasswordIsNeverPrinted() throws {
    let cluster = try ThrowawayCluster(
      ClusterOptions(authentication: .scram(password: "the right word"), listensOnLoopback: true))
    #expect(try cluster.query("SELECT current_user") == [["postgres"]])
    for route in [ThrowawayCluster.Route.socket, .loopback] {
      let settings = try cluster.connectionSettings(password: "hunter2 of mine", over: route)
      let error = TestServer.error { _ = try PostgresConnection(settings, applicationName: "x") }
      #expect(error?.kind == .connectionFailed)
      #expect(error?.sqlState == SQLState(rawValue: "28P01"))
      #expect(error?.message == "password authentication failed for user \"postgres\"")
      var dumped = "\(String(describing: error)) \(String(reflecting: error))"
      dump(error, to: &dumped)
      #expect(!dumped.contains("hunter2") && !dumped.contains("of mine"))
      #expect(dumped.contains("28P01"))
    }
    let none = TestServer.error {
      _ = try PostgresConnection(
        ConnectionSettings("host=\(cluster.folder) port=\(cluster.port) user=postgres passfile=/nonexistent"),
        applicationName: "x")
    }
    #expect(none?.kind == .connectionFailed)
    #expect(none?.message.contains("no password supplied") == true)
  }

  @Test func aPasswordFileIsHonoured() throws {
    let cluster = try ThrowawayCluster(ClusterOptions(authentication: .scram(password: "from the file")))
    let file = FileManager.default.temporaryDirectory.path + "/pgpass-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    #expect(
      FileManager.default.createFile(
        atPath: file, contents: Data("*:*:*:postgres:from the file\n".utf8), attributes: [.posixPermissions: 0o600]))
    let connection = try PostgresConnection(
      ConnectionSettings("host=\(cluster.folder) user=postgres passfile=\(file)"), applicationName: "x")
    #expect(try connection.query("SELECT 1")[0, 0] == "1")
  }

  @Test func aServerThatDoesNotAnswerTimesOut() throws {
    let silent = try SilentServer()
    let start = ContinuousClock.now
    let error = TestServer.error { _ = try connect("postgresql://127.0.0.1:\(silent.port)/shop?connect_timeout=2") }
    #expect(error?.kind == .connectionFailed)
    #expect(error?.sqlState == .unableToConnect)
    #expect(error?.message == "no answer within 2 s")
    #expect((.seconds(1)...(.seconds(20))).contains(ContinuousClock.now - start))
  }

  @Test func connectingCanBeInterrupted() throws {
    let silent = try SilentServer()
    let interruption = WaitInterruption()
    let start = ContinuousClock.now
    Thread.detachNewThread {
      silent.acceptOne()
      interruption.interrupt()
    }
    let error = TestServer.error {
      _ = try connect("postgresql://127.0.0.1:\(silent.port)/shop?connect_timeout=60", interruption: interruption)
    }
    #expect(error?.kind == .interrupted)
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test func theNextHostIsTriedWhenOneRefuses() throws {
    let cluster = try TestServer.cluster()
    let connection = try connect(
      "host=127.0.0.1,\(cluster.folder) port=1,\(cluster.port) user=postgres dbname=postgres")
    #expect(connection.endpoint == "\(cluster.folder):\(cluster.port)/postgres")
  }

  @Test func theNextHostIsTriedWhenOneIsSilent() throws {
    let cluster = try TestServer.cluster()
    // One takes connections and says nothing, the other does not even take them.
    let (silent, full) = try (SilentServer(), SilentServer(backlog: 0))
    try full.fill()
    let connection = try connect(
      """
      host=127.0.0.1,127.0.0.1,127.0.0.1,\(cluster.folder) port=\(silent.port),\(full.port),1,\(cluster.port)
      user=postgres dbname=postgres connect_timeout=2
      """)
    #expect(connection.endpoint == "\(cluster.folder):\(cluster.port)/postgres")
    let error = TestServer.error {
      _ = try connect("host=127.0.0.1,127.0.0.1 port=\(full.port),\(silent.port) dbname=shop connect_timeout=2")
    }
    #expect(error?.message == "no answer within 2 s")
    #expect(error?.endpoint == "127.0.0.1:\(full.port),127.0.0.1:\(silent.port)/shop")
  }

  @Test func whatLooksLikeThePasswordIsStruckFromErrors() throws {
    let cluster = try ThrowawayCluster(ClusterOptions(authentication: .scram(password: "pass_word_1")))
    let connection = try PostgresConnection(cluster.connectionSettings(), applicationName: "x")
    let error = TestServer.error { try connection.query("SELECT pass_word_1") }
    #expect(error?.message == "column \"***\" does not exist")
  }

  @Test func aVanishedPeerIsLookedForUnlessTheUserSaidOtherwise() throws {
    let cluster = try ThrowawayCluster(ClusterOptions(listensOnLoopback: true))
    let settings = try cluster.connectionSettings(over: .loopback)
    func option(_ name: Int32, _ connection: PostgresConnection) -> Int32 {
      var value: Int32 = -1
      var length = socklen_t(MemoryLayout<Int32>.size)
      return getsockopt(connection.socket, Int32(IPPROTO_TCP), name, &value, &length) == 0 ? value : -1
    }
    let usual = try PostgresConnection(settings, applicationName: "x")
    #expect(option(TCP_KEEPIDLE, usual) == 20)
    #expect(option(TCP_KEEPINTVL, usual) == 5)
    #expect(option(TCP_KEEPCNT, usual) == 3)
    #expect(option(TCP_USER_TIMEOUT, usual) == 45_000)
    let own = try PostgresConnection(
      settings.setting("keepalives_idle", "77").setting("tcp_user_timeout", "88000"), applicationName: "x")
    #expect(option(TCP_KEEPIDLE, own) == 77)
    #expect(option(TCP_USER_TIMEOUT, own) == 88_000)
    #expect(option(TCP_KEEPINTVL, own) == 5)
  }
}
