import Foundation
import PostgresClusters
import PostgresTypes

/// What `status --json` says of one table, as far as a walk is concerned.
struct WalkStatus: Equatable {
  var name: String
  var sourceOID: Int
  var status: String
  var worker: String
  var reason: String?
  var error: String?
  var resolution: String?
  var fix: [String]
  var message: [String]
  var parkedChanges: Int
  var stoppedAtLSN: String?
  var needsRepair: String?

  var isStopped: Bool { worker == "stopped" }

  init?(_ object: [String: Any]) {
    guard let name = object["table"] as? String, let sourceOID = object["source_oid"] as? Int,
      let status = object["status"] as? String, let worker = object["worker"] as? String,
      let fix = object["fix"] as? [String], let message = object["message"] as? [String],
      let parked = object["parked_changes"] as? Int
    else { return nil }
    self.name = name
    self.sourceOID = sourceOID
    self.status = status
    self.worker = worker
    self.fix = fix
    self.message = message
    parkedChanges = parked
    reason = object["reason"] as? String
    error = object["error"] as? String
    resolution = object["resolution"] as? String
    stoppedAtLSN = object["stopped_at_lsn"] as? String
    needsRepair = object["needs_repair"] as? String
  }
}

// What an operator does: looks at the status and follows it.
extension WalkRun {
  /// All tables. A table that is stopped says why, and what can be done about it.
  func status() throws -> [WalkStatus] {
    let ended = try command("status", "--json", codes: [0])
    guard let document = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any],
      let objects = document["tables"] as? [[String: Any]]
    else { throw WalkFailure("status --json printed no tables\n\(ended)") }
    let tables = objects.compactMap(WalkStatus.init)
    guard tables.count == objects.count else { throw WalkFailure("status --json lacks keys\n\(ended)") }
    for table in tables where table.isStopped {
      let showsWayOut =
        !table.fix.isEmpty || (table.message + [table.resolution ?? ""]).contains { $0.contains("pgsyncd ") }
      guard table.reason != nil, table.error != nil, showsWayOut else {
        throw WalkFailure("\(table.name) is stopped without a reason or without a way out: \(table)")
      }
    }
    return tables
  }

  /// One table; nil if the pipeline does not have it.
  func status(of table: Int) throws -> WalkStatus? { try status().first { $0.sourceOID == sourceOIDs[table] } }

  func operate(_ operation: WalkOperation, table: Int) throws {
    guard let status = try status(of: table) else {
      throw WalkFailure("the status does not know table \(table)")
    }
    switch operation {
    case .fix: if status.isStopped { try fix(status) }
    case .resume: try resume(status)
    case .fixAndResume:
      guard status.isStopped else { return }
      try fix(status)
      try resume(status)
    case .pause: try command("pause", "--table", status.name, codes: [0])
    case .resync: try resync(status)
    }
  }

  /// Runs what was printed, verbatim. It may have been run before, so that it fails now.
  func fix(_ status: WalkStatus) throws {
    guard !status.fix.isEmpty else { return note("no fix is printed for \(status.name): \(status.error ?? "")") }
    let ended = try Psql.run(status.fix, on: lane.target, database: database)
    note("fix of \(status.name): \(ended.exitCode) \(status.fix.joined(separator: " ")) \(ended.output)")
  }

  /// Exit code 0: it goes on, or is asked to at the next start; 2: still blocked.
  func resume(_ status: WalkStatus) throws { try request("resume", status) }

  /// The same for a copy.
  func resync(_ status: WalkStatus) throws { try request("resync", status) }

  private func request(_ name: String, _ status: WalkStatus) throws {
    let flag = walk.seed.isMultiple(of: 2) ? "--wait" : "--no-wait"
    let ended = try command(name, "--table", status.name, flag, codes: [0, 1, 2])
    // Between two sessions, after a lost connection, nobody leads the pipeline.
    let isBetweenSessions =
      "\(ended)".contains("has not taken the request up") || "\(ended)".contains("the service is gone")
    if ended.exitCode == 1, !isBetweenSessions {
      throw WalkFailure("\(name) of \(status.name): \(ended)")
    }
  }
}
