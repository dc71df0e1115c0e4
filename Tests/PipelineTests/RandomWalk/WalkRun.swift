import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes

/// Takes a walk on two servers, and looks at the end whether everything is as it has to be.
final class WalkRun {
  let walk: Walk
  let lane: WalkLane
  let database: String
  /// What has happened so far, for whoever has to understand a failure.
  private(set) var trace: [String] = []
  private(set) var service: Program?
  /// The tables' identities on the source, by their places in the walk.
  private(set) var sourceOIDs: [Int] = []
  private var session: PostgresConnection?
  private let start = ContinuousClock.now

  init(_ walk: Walk, on lane: WalkLane) {
    self.walk = walk
    self.lane = lane
    database = "walk_\(walk.seed)"
  }

  deinit { service?.end() }

  /// Everything from the empty databases to the last comparison.
  ///
  /// - Parameter tampering: SQL that is run on the target behind the pipeline's back just before the comparison.
  func run(tampering: String? = nil) throws {
    do {
      try begin()
      for action in walk.actions {
        note("\(action)")
        try perform(action)
        try requireService()
      }
      try end(tampering: tampering)
      try clear()
    } catch {
      let log = service?.log ?? ""
      service?.end()
      note("parked: \((try? parkedOutline()) ?? "cannot be read")")
      // The next walk on these servers must find a free slot.
      let cleared = Result { try clear() }
      if case .failure(let failure) = cleared { note("clearing up failed too: \(failure)") }
      throw WalkFailure(
        "seed \(walk.seed): \(error)\nreplay: \(walk.replay)\n\(trace.joined(separator: "\n"))\n--- log\n\(log.suffix(20_000))"
      )
    }
  }

  func note(_ text: String) {
    let elapsed = (ContinuousClock.now - start).components
    let milliseconds = elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000
    trace.append("\(milliseconds) ms  \(text)")
  }

  /// The arguments that every command needs.
  var connection: [String] {
    ["--source", lane.source.connectionString(database: database)]
      + ["--target", lane.target.connectionString(database: database)] + ["--slot", database]
  }

  /// Runs a command to its end; the exit codes that are no failure are given.
  @discardableResult
  func command(_ arguments: String..., codes: Set<Int32>) throws -> Program.Ended {
    let ended = try Program.run(arguments + connection)
    note("pgsyncd \(arguments.joined(separator: " ")): \(ended.exitCode)")
    guard codes.contains(ended.exitCode) else {
      throw WalkFailure("pgsyncd \(arguments.joined(separator: " ")) ended with \(ended)")
    }
    return ended
  }

  // MARK: The beginning

  private func begin() throws {
    for cluster in [lane.source, lane.target] { try cluster.createDatabase(database) }
    try source(walk.sourceSchema)
    try lane.target.execute(walk.targetSchema, database: database)
    sourceOIDs = try walk.firstNames.map { name in
      Int(try lane.source.query("SELECT \(SQLLiteral.quoted(name))::regclass::oid", database: database)[0][0] ?? "")
        ?? 0
    }
    try startService()
    try waitUntilStreaming()
  }

  /// Takes everything away that would be in the way of the next walk.
  private func clear() throws {
    session?.close()
    session = nil
    try lane.source.execute(
      """
      SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots
      WHERE slot_name = '\(database)' AND active_pid IS NOT NULL;
      SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '\(database)'
      """)
    for cluster in [lane.source, lane.target] { try cluster.execute("DROP DATABASE \(database) WITH (FORCE)") }
  }

  /// What is parked, message by message without values: `16385/1048576: B R I×3 C`.
  private func parkedOutline() throws -> String {
    let chunks = try lane.target.query(
      "SELECT source_oid, chunk, encode(payload, 'hex') FROM pgsyncd.parked_changes ORDER BY 1, 2", database: database)
    return chunks.map { row in
      let digits = Array((row[2] ?? "").utf8)
      let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
      }
      var outline: [String] = []
      var position = 0
      while position + 5 <= bytes.count {
        let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
        let kind = String(UnicodeScalar(bytes[position + 4]))
        let place = kind == "B" ? position + 5 : position + 6
        let lsn = bytes.dropFirst(place).prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        outline.append(kind == "B" || kind == "C" ? kind + String(lsn, radix: 16) : kind)
        position += 4 + length
      }
      return "\(row[0] ?? "")/\(row[1] ?? ""): \(outline.joined(separator: " "))"
    }.joined(separator: "\n")
  }

  // MARK: Steps

  private func perform(_ action: WalkAction) throws {
    switch action {
    case .source(let script): try source(script)
    case .target(let script, let table):
      let oid = sourceOIDs[table]
      let known = "SELECT format('%I.%I', schema_name, table_name) FROM pgsyncd.tables WHERE source_oid = \(oid)"
      guard let name = try lane.target.query(known, database: database)[0][0] else { return }
      // The target's table may have another name by now, or lack what the script is about.
      let done = try Psql.run([script.replacing("%T", with: name)], on: lane.target, database: database)
      if done.exitCode != 0 { note("did not work: \(done.output)") }
    case .operate(let operation, let table): try operate(operation, table: table)
    case .strike(let strike): try perform(strike)
    case .check: try check()
    }
  }

  /// Runs a script on the source. A session that a crash has ended is opened anew before it; none ends in its middle.
  func source(_ script: String) throws {
    do {
      if session?.isAlive != true { session = try lane.source.connect(database: database) }
      try session?.execute(script)
    } catch {
      throw WalkFailure("the walk itself is wrong: the source refuses \(script): \(error)")
    }
  }

  private func perform(_ strike: WalkStrike) throws {
    switch strike {
    case .kill(let milliseconds):
      // Not to wait for something, but to strike at any moment.
      Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
      try requireService()
      try service?.kill()
      service = nil
    case .terminate:
      guard let ended = try service?.terminate() else { return }
      service = nil
      // A process that has not begun yet ends as the signal would have it.
      let hadNotBegun = ended.exitCode == SIGTERM && ended.log.isEmpty
      guard ended.exitCode == 0 || hadNotBegun else { throw WalkFailure("after SIGTERM: \(ended)") }
    case .start: try startService()
    case .runOnce: try command("sync", "--once", codes: [0, 2])
    case .endSessions(let onSource):
      try awaitFirstConnections()
      try (onSource ? lane.source : lane.target).execute(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name LIKE 'pgsyncd%' AND datname = '\(database)'
        """)
    case .crash(let ofSource):
      let cluster = ofSource ? lane.source : lane.target
      try awaitFirstConnections()
      if ofSource { session?.close() }
      try cluster.crash()
      try cluster.start()
      if ofSource { session = nil }
    }
  }

  /// A start that finds no server ends with exit code 1; a service that has begun does not mind.
  private func awaitFirstConnections() throws {
    if service != nil { try waitUntilStreaming() }
  }

  func startService() throws {
    guard service == nil else { return }
    service = try Program(["sync", "--http-listen", "off"] + connection)
  }

  func stopService() throws -> Program.Ended? {
    defer { service = nil }
    return try service?.terminate()
  }

  /// A service ends when it is told to, or killed; by itself it never does.
  func requireService() throws {
    guard let service, !service.isRunning else { return }
    throw WalkFailure("the service ended by itself: \(try service.wait())")
  }
}

extension Walk {
  /// The tables' names when the walk begins.
  var firstNames: [String] { WalkAuthor(seed: seed).tables.map(\.name) }
}
