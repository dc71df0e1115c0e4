import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes
import Testing

struct ThrowawayClusterTests {
  @Test func aClusterIsReadyForLogicalReplicationAndGoesWithItsObject() throws {
    var folder = ""
    var postmaster: Int32 = 0
    do {
      let cluster = try ThrowawayCluster(ClusterOptions(settings: ["wal_sender_timeout": "3s"]))
      folder = cluster.folder
      postmaster = try #require(cluster.postmasterPID)
      #expect(try cluster.query("SHOW wal_level") == [["logical"]])
      #expect(try cluster.query("SHOW wal_sender_timeout") == [["3s"]])
      #expect(
        try cluster.query("SHOW server_version_num")[0][0]?.hasPrefix("\(cluster.installation.majorVersion)") == true)
      #expect(FileManager.default.fileExists(atPath: folder))
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
    #expect(!FileManager.default.fileExists(atPath: "/proc/\(postmaster)/exe"))
  }

  @Test func everyClusterHasAnIdentityOfItsOwn() throws {
    let (first, second) = try (ThrowawayCluster(), ThrowawayCluster())
    let sql = "SELECT system_identifier FROM pg_control_system()"
    #expect(try first.query(sql) != second.query(sql))
  }

  @Test func whatWasCommittedSurvivesACrash() throws {
    let cluster = try ThrowawayCluster()
    try cluster.createDatabase("odd \"name")
    try cluster.execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1)", database: "odd \"name")
    try cluster.crash()
    #expect(cluster.postmasterPID == nil)
    #expect(throws: ClusterError.self) { try cluster.crash() }
    try cluster.start()
    #expect(try cluster.query("SELECT id FROM t", database: "odd \"name") == [["1"]])
    try cluster.restart(.immediate)
    #expect(try cluster.query("SELECT id FROM t", database: "odd \"name") == [["1"]])
  }

  @Test func settingsChangeWithAReload() throws {
    let cluster = try ThrowawayCluster()
    try cluster.configure(["work_mem": "7MB", "log_line_prefix": "it's %p "])
    try cluster.reload()
    #expect(try cluster.query("SHOW work_mem") == [["7MB"]])
    try cluster.configure(["work_mem": nil])
    try cluster.reload()
    #expect(try cluster.query("SHOW work_mem") == [["4MB"]])
  }

  @Test func aWaitThatIsInVainSaysForWhat() throws {
    let cluster = try TestServer.cluster()
    let error = #expect(throws: ClusterError.self) {
      try cluster.waitFor("rain", trueOf: "SELECT false", within: .milliseconds(50))
    }
    #expect(error?.description.contains("rain") == true)
  }

  @Test(arguments: PostgresInstallation.available) func everyInstalledVersionRuns(_ version: PostgresInstallation)
    throws
  {
    let cluster = try ThrowawayCluster(
      ClusterOptions(
        majorVersion: version.majorVersion, authentication: .scram(password: "p@ss word"), listensOnLoopback: true))
    let connection = try PostgresConnection(
      cluster.connectionSettings(over: .loopback), applicationName: "versions")
    #expect(Int(connection.serverVersion) / 10_000 == version.majorVersion)
    try cluster.execute("CREATE TABLE t (id int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE t")
    let replication = try ReplicationConnection(cluster.connectionSettings(), applicationName: "versions")
    let slot = try replication.createLogicalSlot("s", exportSnapshot: true)
    #expect(slot.snapshotName != nil)
    try replication.startLogicalReplication(
      slot: "s", from: slot.consistentPoint, options: [("proto_version", "1"), ("publication_names", "p")])
    #expect(try replication.endStream(within: .seconds(30)))
  }

  @Test func aTestThatIsKilledLeavesNothingBehind() async throws {
    let note = FileManager.default.temporaryDirectory.path + "/guardian-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: note) }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let cluster = try ThrowawayCluster()
      let lines = "\(cluster.folder)\n\(try #require(cluster.postmasterPID))\n"
      let note = FileManager.default.temporaryDirectory.path + "/guardian-\(getppid())"
      try lines.write(toFile: note, atomically: true, encoding: .utf8)
      kill(getpid(), SIGKILL)
    }
    let lines = try String(contentsOfFile: note, encoding: .utf8).split(separator: "\n").map(String.init)
    let deadline = ContinuousClock.now + .seconds(30)
    while FileManager.default.fileExists(atPath: lines[0]), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(!FileManager.default.fileExists(atPath: lines[0]))
    #expect(!FileManager.default.fileExists(atPath: "/proc/\(lines[1])/exe"))
  }
}
