import Foundation
import PostgresClusters
import Testing

/// Names are data: none of them is ever read as SQL, as a pattern or as a shell's word, and two that only look alike are
/// two.
@Suite("Hostile names")
struct NameTests {
  @Test("every name serves as schema, table, column, index, type and label, for every operation, a stop and a resume")
  func everywhere() throws {
    let tables = HostileTable.all
    let pair = try PipelinePair(schema: tables.map(\.definition).joined())
    try pair.source.execute(tables.map { $0.insert(0..<3) }.joined())
    let service = try pair.startStreaming("--tables", "*.*")
    defer { service.end() }
    for rows in [3..<6, 10..<30, 100..<160] {
      try pair.source.execute("BEGIN; \(tables.map { $0.insert(rows) }.joined()) COMMIT")
      try pair.waitForCatchUp()
    }
    try pair.source.execute(
      tables.map { table in
        """
        UPDATE \(table.sql) SET \(table.otherSQL) = 'it''s' WHERE \(table.keySQL) > 12;
        UPDATE \(table.sql) SET \(table.keySQL) = -\(table.keySQL) WHERE \(table.keySQL) < 3;
        DELETE FROM \(table.sql) WHERE \(table.keySQL) % 5 = 4;
        """
      }.joined())
    try pair.source.execute("TRUNCATE \(tables[0].sql), \(tables[1].sql)")
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")

    // Each gets a column that only the source has, named as another name with one more character.
    for (position, table) in tables.enumerated() {
      let name = String(HostileNames.all[(position + 7) % tables.count].unicodeScalars.prefix(31)) + "2"
      try pair.source.execute(
        """
        ALTER TABLE \(table.sql) ADD COLUMN \(HostileNames.quoted(name)) text DEFAULT \(HostileNames.literal(name));
        \(table.insert(1000..<1002).replacing("FROM", with: ", 'new' FROM"))
        """)
    }
    try pair.target.waitFor("all tables to stop", trueOf: "SELECT bool_and(state = 'stopped') FROM pgsyncd.tables")
    let status = try pair.run("status", "--json")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any])
    let stopped = try #require(document["tables"] as? [[String: Any]])
    #expect(stopped.count == tables.count)
    let human = try pair.run("status")
    for table in stopped {
      let name = try #require(table["table"] as? String)
      #expect(table["reason"] as? String == "source_added_column", "\(name)")
      for statement in try #require(table["fix"] as? [String]) { try pair.target.execute(statement) }
      if !name.contains(where: \.isNewline), !name.contains("\u{1}"), !name.contains("\t") {
        #expect(human.output.contains(name), "status names \(name)")
      }
    }
    // As status prints them, in commands of a few names each.
    let names = stopped.compactMap { $0["table"] as? String }
    for name in names.prefix(3) {
      let resumed = try pair.run("resume", "--table", name, "--wait")
      #expect(resumed.exitCode == 0, "\(name): \(resumed)")
    }
    let resumed = try Program.run(
      ["resume", "--wait"] + names.dropFirst(3).flatMap { ["--table", $0] } + pair.connection)
    #expect(resumed.exitCode == 0, "\(resumed)")
    try pair.waitForCatchUp()
    #expect(try pair.differences() == [], "\(service.log)")
    #expect(try pair.target.query("SELECT DISTINCT state FROM pgsyncd.tables") == [["streaming"]])
  }
}
