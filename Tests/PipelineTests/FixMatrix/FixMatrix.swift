import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes
import Testing

/// Lets many tables drift under one service, has each fix run by psql exactly as it was printed, and looks at what came of
/// it. Each case has a table of its own, so that one pair of servers serves them all.
final class FixMatrix {
  /// One case and what came of it.
  struct Row {
    var drift: DriftCase
    /// True if the operator acts without the fix.
    var isByHand: Bool
    var reason = ""
    var fix: [String] = []
    var fixAfterResume: [String] = []
    var problems: [String] = []

    /// The last part of the table's name, unquoted, as the catalog of the pipeline has it.
    var table: String { drift.after }
  }

  let pair: PipelinePair
  private let source: PostgresConnection
  private let target: PostgresConnection
  private(set) var rows: [Row] = []
  private var statuses: [String: [String: Any]] = [:]

  init(_ cases: [DriftCase], pair: PipelinePair) throws {
    self.pair = pair
    source = try pair.source.connect()
    target = try pair.target.connect()
    rows = cases.map { Row(drift: $0.named("p_" + $0.name), isByHand: false) }
    rows += cases.filter { $0.handwork != nil }.map { drift in
      var drift = drift.named("h_" + drift.name)
      drift.ending = drift.endingByHand ?? drift.ending
      return Row(drift: drift, isByHand: true)
    }
    for row in rows {
      if row.drift.schema.isEmpty { continue }
      try source.execute(row.drift.schema)
      try target.execute(row.drift.schema)
      if !row.drift.rows.isEmpty { try source.execute(row.drift.rows) }
    }
  }

  // MARK: Steps

  /// Everything drifts, and a row with the new values follows at once.
  func drift() throws {
    for index in rows.indices {
      let drift = rows[index].drift
      do {
        if !drift.targetDrift.isEmpty { try target.execute(drift.targetDrift) }
        if !drift.drift.isEmpty { try source.execute(drift.drift) }
        try source.execute(drift.change)
      } catch { rows[index].problems.append("the drift itself failed: \(error)") }
    }
    try pair.waitForCatchUp(within: .seconds(180))
  }

  /// What `status` says of the tables that should be stopped, and of those that should not.
  func readVerdicts() throws {
    try readStatus()
    for index in rows.indices {
      let drift = rows[index].drift
      guard let status = status(of: index) else { continue }
      rows[index].reason = status["reason"] as? String ?? ""
      rows[index].fix = status["fix"] as? [String] ?? []
      rows[index].fixAfterResume = Self.afterResume(status["message"] as? [String] ?? [])
      let worker = status["worker"] as? String ?? ""
      if drift.reason == nil {
        expect(index, worker == "streaming", "it stopped: \(status["error"] ?? "")")
      } else {
        expect(index, worker == "stopped", "it did not stop (\(worker))")
        expect(
          index, rows[index].reason == drift.reason, "the reason is \(rows[index].reason): \(status["error"] ?? "")")
        if case .offers = drift.ending {} else { expect(index, !rows[index].fix.isEmpty, "there is no fix") }
      }
    }
  }

  /// The printed statements by psql, or the operator's own.
  func fix() throws {
    for index in rows.indices where rows[index].drift.reason != nil {
      if rows[index].isByHand {
        do { try target.execute(rows[index].drift.handwork ?? "") } catch {
          rows[index].problems.append("the handwork failed: \(error)")
        }
      } else {
        let ended = try Psql.run(rows[index].fix, on: pair.target)
        expect(index, ended.exitCode == 0, "psql failed: \(ended.output)")
      }
    }
  }

  /// All tables at once.
  func resume() throws {
    try pair.run("resume", "--all", "--wait", within: 180)
    try pair.waitForCatchUp(within: .seconds(180))
    try readStatus()
    for index in rows.indices {
      guard let status = status(of: index) else { continue }
      let worker = status["worker"] as? String ?? ""
      if case .offers(let words) = rows[index].drift.ending {
        let message = (status["message"] as? [String] ?? []).joined(separator: "\n")
        expect(index, worker == "stopped" && message.contains(words), "no word of \(words): \(message)")
        continue
      }
      expect(
        index, worker == "streaming", "it is \(worker) after the resume: \(status["error"] ?? "")")
      let repair = status["needs_repair"] as? String
      if case .stale(let column) = rows[index].drift.ending {
        let warnings = (status["warnings"] as? [String] ?? []).joined(separator: "\n")
        expect(
          index, repair != nil && warnings.contains("'\(column)'"), "\(column) is not said to be stale: \(warnings)")
      } else {
        expect(index, repair == nil, "it is said to need repair: \(repair ?? "")")
      }
    }
  }

  /// Both sides hold the same rows; where existing rows have to be read again, an UPDATE brings them first.
  func compare() throws {
    for index in rows.indices {
      if case .stale = rows[index].drift.ending { touch(index) }
    }
    try pair.waitForCatchUp(within: .seconds(180))
    try expectEqualRows()
  }

  /// What could only be run when every row has its value; then the schemas are the same too.
  func complete() throws {
    for index in rows.indices where rows[index].drift.reason != nil {
      if !rows[index].fixAfterResume.isEmpty {
        // By hand all of it may be there already.
        let isByHand = rows[index].isByHand
        let ended = try Psql.run(rows[index].fixAfterResume, on: pair.target, stopsAtError: !isByHand)
        expect(index, ended.exitCode == 0 || isByHand, "psql failed: \(ended.output)")
      }
      expectEqualSchemas(index)
    }
  }

  /// The fix once more, by an operator who does not know that it was run: psql goes on behind what it cannot do, and
  /// nothing is changed by it.
  func fixAgain() throws {
    for index in rows.indices where rows[index].drift.reason != nil {
      _ = try Psql.run(rows[index].fix, on: pair.target, stopsAtError: false)
      touch(index)
    }
    try pair.waitForCatchUp(within: .seconds(180))
    try readStatus()
    try expectEqualRows()
    for index in rows.indices {
      if rows[index].drift.reason != nil { expectEqualSchemas(index) }
      let worker = status(of: index)?["worker"] as? String
      if case .offers = rows[index].drift.ending { continue }
      expect(index, worker == "streaming", "it is \(worker ?? "") after the second run of the fix")
    }
  }

  // MARK: Outcome

  /// The matrix, a line a case with its statements below.
  var text: String {
    rows.filter { !$0.isByHand }.map { row in
      let hand = rows.first { $0.isByHand && $0.drift.name.dropFirst() == row.drift.name.dropFirst() }
      let problems = row.problems + (hand?.problems ?? [])
      let reason = row.reason.isEmpty ? "goes on" : row.reason
      return "\(problems.isEmpty ? "ok  " : "FAIL") \(row.drift.name.dropFirst(2)): \(reason), \(row.drift.ending)"
        + row.fix.map { "\n       " + $0 }.joined()
        + row.fixAfterResume.map { "\n       after: " + $0 }.joined()
        + problems.map { "\n     ! " + $0 }.joined()
    }
    .joined(separator: "\n")
  }

  // MARK: Parts

  private func touch(_ index: Int) {
    guard rows[index].drift.isTouched else { return }
    do { try source.execute("UPDATE \(rows[index].table) SET id = id + 1000") } catch {
      rows[index].problems.append("\(error)")
    }
  }

  private func expectEqualRows() throws {
    let settings = (try pair.source.connectionSettings(), try pair.target.connectionSettings())
    var comparison: RowComparison?
    defer { comparison?.close() }
    for index in rows.indices {
      if case .offers = rows[index].drift.ending { continue }
      do {
        guard let name = QualifiedName(parsing: rows[index].table) else { throw ClusterError("this is no name") }
        let open = try comparison ?? RowComparison(source: settings.0, target: settings.1)
        comparison = open
        let found = try open.compare(TablePair(name))
        expect(index, found.isEqual, "rows differ: \(found)")
      } catch {
        rows[index].problems.append("the rows cannot be compared: \(error)")
        // After an error a comparison is of no more use.
        comparison?.close()
        comparison = nil
      }
    }
  }

  private func expectEqualSchemas(_ index: Int) {
    guard rows[index].drift.comparesSchemas else { return }
    if case .offers = rows[index].drift.ending { return }
    do {
      let ours = try SchemaText.lines(of: rows[index].table, prefix: rows[index].drift.name, on: source)
      let theirs = try SchemaText.lines(of: rows[index].table, prefix: rows[index].drift.name, on: target)
      let differing = Set(ours).symmetricDifference(theirs).sorted()
      expect(
        index, differing.isEmpty,
        "schemas differ: " + differing.map { (ours.contains($0) ? "source " : "target ") + $0 }.joined(separator: "; "))
    } catch { rows[index].problems.append("the schemas cannot be compared: \(error)") }
  }

  private func readStatus() throws {
    let ended = try pair.run("status", "--json")
    guard let document = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any],
      let tables = document["tables"] as? [[String: Any]]
    else { throw ClusterError("status --json printed no tables\n\(ended)") }
    statuses = Dictionary(tables.map { ($0["table"] as? String ?? "", $0) }, uniquingKeysWith: { first, _ in first })
  }

  private func status(of index: Int) -> [String: Any]? {
    // A table that was renamed on the source has its new name in the status as soon as that is known.
    let former = "public.\(rows[index].drift.name)"
    if let status = statuses[rows[index].table] ?? statuses[former] { return status }
    rows[index].problems.append("status does not know the table")
    return nil
  }

  /// The statements of the message that wait for the table to catch up.
  private static func afterResume(_ message: [String]) -> [String] {
    guard let start = message.firstIndex(where: { $0.contains("When the table has caught up") }) else { return [] }
    return message[(start + 1)...].prefix { $0.hasPrefix("       ") }.map { String($0.dropFirst(7)) }
  }

  private func expect(_ index: Int, _ condition: Bool, _ problem: @autoclosure () -> String) {
    if !condition { rows[index].problems.append(problem()) }
  }
}
