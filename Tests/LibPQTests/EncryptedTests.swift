import Foundation
import LibPQ
import PostgresClusters
import Testing

/// Over TLS the last bytes of a record may lie inside the TLS library, where `poll` does not see them.
struct EncryptedTests {
  static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first(
    where: FileManager.default.isExecutableFile)

  /// A cluster with a certificate of its own.
  private func cluster() throws -> ThrowawayCluster {
    let cluster = try ThrowawayCluster(ClusterOptions(listensOnLoopback: true))
    let (key, certificate) = (cluster.dataFolder + "/server.key", cluster.dataFolder + "/server.crt")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.openssl))
    process.arguments = [
      "req", "-new", "-x509", "-days", "2", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate,
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    // The server insists on a key that nobody but its own user can read.
    var owner = stat()
    try #require(stat(cluster.dataFolder, &owner) == 0)
    try #require(
      chown(key, owner.st_uid, owner.st_gid) == 0 && chmod(key, 0o600) == 0 && chmod(certificate, 0o644) == 0)
    try cluster.configure(["ssl": "on"])
    try cluster.restart()
    return cluster
  }

  /// While nobody reads, a walsender piles up messages and then writes them in records of full length, which end in the
  /// middle of messages and are longer than the room in libpq's buffer.
  @Test(.enabled(if: openssl != nil)) func theEndOfABurstArrivesWithoutTheHelpOfTheNextOne() throws {
    let cluster = try cluster()
    try cluster.execute("CREATE TABLE t (v text); CREATE PUBLICATION p FOR TABLE t")
    let replication = try ReplicationConnection(
      cluster.connectionSettings(over: .loopback).setting("sslmode", "require"), applicationName: "EncryptedTests")
    _ = try replication.createLogicalSlot("s", exportSnapshot: false)
    try replication.startLogicalReplication(
      slot: "s", from: .zero, options: [("proto_version", "1"), ("publication_names", "p")])
    for burst in 0..<3 {
      try cluster.execute(
        "INSERT INTO t SELECT repeat('x', 1000 + i % 777) FROM generate_series(1, \(12_000 + burst)) i")
      try cluster.waitFor(
        "the walsender to be held up",
        trueOf: "SELECT wait_event = 'WalSenderWriteData' FROM pg_stat_activity WHERE pid = \(replication.backendPID)")
      var isCommitted = false
      while !isCommitted {
        switch try replication.nextCopyData() {
        case .bytes(let bytes): isCommitted = bytes.count > 25 && bytes[25] == UInt8(ascii: "C")
        case .wouldBlock:
          try waitForInput(replication.socket)
          try replication.consumeInput()
        case .finished: Issue.record("the stream ended")
        }
      }
    }
  }

  @Test(.enabled(if: openssl != nil)) func nothingIsLeftLyingInTheEncryptionLayer() throws {
    let cluster = try cluster()
    let settings = try cluster.connectionSettings(over: .loopback).setting("sslmode", "require")
    let connection = try PostgresConnection(settings, applicationName: "EncryptedTests")
    #expect(
      try connection.query(
        "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()")[0, 0] == "t")
    // Sizes around those of libpq's buffer and of TLS records.
    for size in stride(from: 7_000, to: 70_000, by: 501) {
      #expect(try connection.query("SELECT repeat('x', \(size))")[0, 0]?.utf8.count == size)
    }
    let rows = try connection.copyOut("COPY (SELECT repeat('y', i % 3000) FROM generate_series(1, 100000) i) TO STDOUT")
    {
      _ in
    }
    #expect(rows == 100_000)
    try connection.enterPipelineMode()
    let parameters = BoundParameters()
    parameters.append(text: String(repeating: "x", count: 100_000))
    for _ in 0..<200 { try connection.sendQuery("SELECT $1::text", parameters) }
    try connection.pipelineSync()
    for _ in 0..<200 {
      guard case .command = try connection.nextPipelineResult() else {
        Issue.record("no rows")
        return
      }
    }
    guard case .sync = try connection.nextPipelineResult() else {
      Issue.record("no synchronisation point")
      return
    }
  }
}
