import Foundation
import PostgresClusters
import Testing

/// What each policy allows, on every path by which a row is written: single statements, arrays, COPY, key changes, rows
/// that are overwritten, and the same from parked changes. And that without it the table stops.
@Suite("Policies")
struct PolicyTests {
  private static let cases = PolicyCase.allowed
  private static let all = PolicyCase.allowed + PolicyCase.strict

  @Test("with a policy a table goes on and does exactly that on every write path; without it, it stops")
  func policies() throws {
    let pair = try PipelinePair(schema: Self.all.map(\.creation).joined())
    try pair.source.execute(Self.all.map { $0.insert(1...20, isAfterDrift: false) }.joined())
    try pair.setUp(
      allowing: Dictionary(uniqueKeysWithValues: Self.all.compactMap { one in one.allowed.map { (one.table, $0) } }))
    let before = try pair.target.query("SELECT v FROM priced_strict ORDER BY id")
    for one in Self.all where !one.onTarget.isEmpty { try pair.target.execute(one.onTarget) }
    // The drift of the source is seen in the stream, that of the target at the start.
    let service = try pair.startStreaming()
    defer { service.end() }
    for one in Self.all where !one.onSource.isEmpty { try pair.source.execute(one.onSource) }

    try write(pair, from: 100) { try pair.waitForCatchUp() }
    try expect(pair, "streamed")
    for one in PolicyCase.strict {
      let status = try pair.status(of: one.table)
      #expect(status["status"] as? String == "schema_mismatch", "\(one.table): \(status)")
      #expect(status["reason"] as? String == one.reason, "\(one.table)")
    }
    #expect(try pair.target.query("SELECT v FROM priced_strict ORDER BY id") == before, "nothing went on")
    // What is refused together is tried row by row, so that a badly written value could go unnoticed.
    let errors = pair.target.log.split(separator: "\n").filter { $0.contains("ERROR:") }
    #expect(errors.allSatisfy { $0.contains("duplicate key") }, "\(errors)")

    for one in Self.cases { #expect(try pair.run("pause", "--table", one.table).exitCode == 0) }
    try write(pair, from: 1000) {}
    try pair.waitForCatchUp()
    for one in Self.cases {
      let resumed = try pair.run("resume", "--table", one.table, "--wait")
      #expect(resumed.exitCode == 0, "\(one.table): \(resumed)")
    }
    try pair.waitForCatchUp()
    try expect(pair, "from parked changes")

    // Every second of the new rows, and every update of one of those, left a value out. Figures come once a second.
    try pair.target.waitFor(
      "all is counted", trueOf: "SELECT min(rows_inserted) = 226 FROM pgsyncd.table_counters WHERE rows_inserted > 113")
    let left = Self.cases.filter { $0.table.hasPrefix("skipped") }
    for one in left {
      let counted = try pair.target.query(
        """
        SELECT column_mismatch FROM pgsyncd.table_counters c JOIN pgsyncd.tables t USING (pipeline, source_oid)
        WHERE t.table_name = '\(one.table)'
        """)
      let rows = try #require(try pair.status(of: one.table)["rows"] as? [String: Int])
      #expect(counted == [[String(describing: rows["column_mismatch"] ?? -1)]])
      #expect(rows["column_mismatch"] == 116, "\(one.table): \(rows)")
      #expect((try pair.status(of: one.table)["accepted_losses"] as? [[String: Any]])?.isEmpty == false)
    }
    #expect(try service.terminate().exitCode == 0)
  }

  /// Rows by every path; `settle` keeps what comes before it apart from what follows.
  private func write(_ pair: PipelinePair, from first: Int, settle: () throws -> Void) throws {
    func onAll(_ statement: (PolicyCase) -> String) throws {
      try pair.source.execute("BEGIN;" + Self.all.map(statement).joined() + "COMMIT")
      try settle()
    }
    try onAll { $0.insert(first + 1...first + 2) }
    try onAll { $0.insert(first + 10...first + 19) }
    try onAll { $0.insert(first + 100...first + 199) }
    try onAll { "UPDATE \($0.table) SET v = v || '.' WHERE id IN (1, 2, \(first + 1));" }
    try onAll { "UPDATE \($0.table) SET v = v || '!' WHERE abs(id) BETWEEN 3 AND 12 OR id = \(first + 11);" }
    try onAll {
      "UPDATE \($0.table) SET id = -id WHERE id = \(first + 12); DELETE FROM \($0.table) WHERE id = \(first + 13);"
    }
    // A row that the target has got from somewhere is overwritten: each such table costs another attempt at the unit.
    for one in Self.cases where ["kept", "nulled", "nulled_identity", "cut", "zoned"].contains(one.table) {
      try pair.target.execute(
        "INSERT INTO \(one.table) (id, v) OVERRIDING SYSTEM VALUE VALUES (\(first + 300), 'in the way')")
      if one.table.hasPrefix("kept") {
        try pair.target.execute("UPDATE \(one.table) SET legacy = 'default' WHERE id = \(first + 300)")
      }
    }
    try onAll { $0.insert(first + 300...first + 300) }
  }

  private func expect(_ pair: PipelinePair, _ when: Comment) throws {
    for one in Self.cases {
      let source = try pair.source.query("SELECT id, v, \(one.expected) FROM \(one.table) ORDER BY id")
      let target = try pair.target.query("SELECT id, v, \(one.seen) FROM \(one.table) ORDER BY id")
      let differences = zip(source, target).filter { $0 != $1 }.prefix(3)
      #expect(source.count == target.count && differences.isEmpty, "\(when) \(one.table): \(Array(differences))")
      let status = try pair.status(of: one.table)
      #expect(["ok", "warning"].contains(status["status"] as? String), "\(one.table): \(status)")
    }
  }
}
