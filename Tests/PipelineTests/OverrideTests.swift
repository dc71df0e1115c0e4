import Foundation
import PostgresClusters
import Testing

/// Overrides from flags, from the file and from `resume`: with them a table goes on and does exactly that, without them
/// it stops; names that do not exist are refused; what is let go is listed for ever.
@Suite("Overrides")
struct OverrideTests {
  private static let tables = """
    CREATE TABLE skipped (id int PRIMARY KEY, v text); CREATE TABLE kept (id int PRIMARY KEY, v text, legacy text);
    CREATE TABLE nulled (id int PRIMARY KEY, v text, legacy text);
    CREATE TABLE priced (id int PRIMARY KEY, price numeric(10, 2)); CREATE TABLE plain (id int PRIMARY KEY, v text);

    """

  @Test("setup stores what it is given, and later starts obey it; a flag of sync holds as long as that process")
  func setupAndFlags() throws {
    let pair = try PipelinePair(schema: Self.tables)
    try pair.source.execute(
      """
      ALTER TABLE skipped ADD phone text; INSERT INTO skipped VALUES (1, 'a', '555');
      INSERT INTO priced VALUES (1, 19.99)
      """)
    try pair.target.execute("ALTER TABLE priced ALTER price TYPE integer")
    #expect(try pair.run("schema", "validate").exitCode == 2)
    let allowed = ["--skip-columns=skipped.phone", "--allow-type-cast=public.priced.price:integer"]
    #expect(try pair.run("schema", "validate", allowed[0]).exitCode == 2, "one of two is not enough")
    #expect(try pair.run("schema", "validate", allowed[0], allowed[1]).exitCode == 0)
    #expect(try pair.run("schema", "diff", "--table", "skipped").exitCode == 2)
    #expect(try pair.run("schema", "diff", "--table", "skipped", allowed[0]).exitCode == 0)

    try refuses(
      pair, "setup", "--skip-columns=skiped.phone", says: "--skip-columns: there is no table", "'public.skipped'")
    try refuses(pair, "setup", "--skip-columns=skipped.phon", says: "no column 'phon'", "did you mean 'phone'?")
    try refuses(pair, "setup", "--preserve-columns=kept.legac", says: "did you mean 'legacy'?")
    try refuses(pair, "setup", "--allow-type-cast=priced.price:intger", says: "no type 'intger'", "'integer'")
    try refuses(pair, "sync", "--once", "--null-removed-columns=nulled.x", says: "public.nulled has no column 'x'")
    #expect(try pair.run("setup").exitCode == 2)
    let setup = try pair.run("setup", allowed[0], allowed[1])
    #expect(setup.exitCode == 0, "\(setup)")
    let first = try pair.run("sync", "--once")
    #expect(first.exitCode == 0, "\(first)")
    #expect(try pair.target.query("SELECT id, v FROM skipped") == [["1", "a"]])
    #expect(try pair.target.query("SELECT price FROM priced") == [["20"]])
    let loss = try #require(try losses(pair, "skipped").first)
    #expect(loss["kind"] as? String == "skipped_column" && loss["column"] as? String == "phone")
    #expect(loss["given_by"] as? String == "stored" && loss["until"] is NSNull)

    // A drift that only a flag of the service allows.
    try pair.source.execute("ALTER TABLE plain ADD note text; INSERT INTO plain VALUES (1, 'a', 'lost')")
    let flagged = try pair.run("sync", "--once", "--allow-schema-drift=source_superset")
    #expect(flagged.exitCode == 0, "\(flagged)")
    #expect(try pair.target.query("SELECT * FROM plain") == [["1", "a"]])
    let lost = try #require(try losses(pair, "plain").first)
    #expect(lost["given_by"] as? String == "flag" && lost["rows"] as? Int == 1)
    let strict = try pair.run("sync", "--once")
    #expect(strict.exitCode == 2 && strict.log.contains("public.plain"), "\(strict)")
    #expect(try pair.status(of: "plain")["reason"] as? String == "source_added_column")
    try pair.target.execute("ALTER TABLE plain ADD note text")
    try pair.source.execute("INSERT INTO plain VALUES (2, 'b', 'there')")
    #expect(try pair.run("sync", "--once").exitCode == 0)
    let ended = try #require(try losses(pair, "plain").first)
    #expect(ended["until"] is String && ended["rows"] as? Int == 1, "it stays listed: \(ended)")
    #expect(try pair.run("status", "--table", "plain").output.contains("accepted loss: Source column 'note'"))
  }

  @Test("resume stores what it is given exactly if it accepts: up, down, after kill -9 and for a standby")
  func resume() throws {
    let pair = try PipelinePair(schema: Self.tables)
    #expect(try pair.run("sync", "--once").exitCode == 0)
    let service = try pair.startStreaming()
    defer { service.end() }
    try pair.source.execute(
      """
      ALTER TABLE skipped ADD phone text, ADD fax text; INSERT INTO skipped VALUES (1, 'a', '555', '556');
      INSERT INTO kept VALUES (0, 'before', 'old'); ALTER TABLE kept DROP legacy; INSERT INTO kept VALUES (1, 'a');
      ALTER TABLE nulled DROP legacy; INSERT INTO nulled VALUES (1, 'a');
      ALTER TABLE priced ALTER price TYPE text; INSERT INTO priced VALUES (1, '7.5')
      """)
    for table in ["skipped", "kept", "nulled", "priced"] { try pair.wait(for: table, toBe: "stopped") }

    try refuses(pair, "resume", "--table", "skipped", "--skip-columns=skipped.phon", says: "did you mean 'phone'?")
    try refuses(pair, "resume", "--table", "skipped", "--skip-columns=kept.v", says: "does not resume")
    let half = try pair.run("resume", "--table", "skipped", "--skip-columns=skipped.phone", "--no-wait")
    #expect(half.exitCode == 2 && half.output.contains("fax"), "\(half)")
    #expect(try stored(pair, "skipped") == "{}", "a refused resume stores nothing")
    let resumed = try pair.run(
      "resume", "--table", "skipped", "--table", "kept", "--table", "nulled", "--wait",
      "--skip-columns=skipped.phone,skipped.fax", "--preserve-columns=kept.legacy",
      "--null-removed-columns=nulled.legacy")
    #expect(resumed.exitCode == 0, "\(resumed)")
    try service.kill()

    // Down: judged by the command, taken up at the next start.
    let recorded = try pair.run("resume", "--table", "priced", "--allow-type-cast=priced.price:numeric(10,2)")
    #expect(recorded.exitCode == 0 && recorded.output.contains("next start"), "\(recorded)")
    try pair.source.execute("INSERT INTO skipped VALUES (2, 'b', '1', '2'), (3, 'c', NULL, NULL)")
    let next = try pair.startStreaming()
    defer { next.end() }
    let standby = try pair.startService()
    defer { standby.end() }
    try standby.waitForLog("standing by")
    try next.kill()
    try standby.waitForLog("leads the pipeline")
    try pair.source.execute(
      "UPDATE skipped SET v = 'd' WHERE id = 3; INSERT INTO kept VALUES (2, 'b'); INSERT INTO nulled VALUES (2, 'b')")
    try pair.waitForCatchUp()
    #expect(
      try pair.target.query("SELECT id, v FROM skipped ORDER BY id") == [["1", "a"], ["2", "b"], ["3", "d"]])
    #expect(try pair.target.query("SELECT legacy FROM kept ORDER BY id") == [["old"], [nil], [nil]])
    #expect(try pair.target.query("SELECT count(legacy) FROM nulled") == [["0"]])
    try pair.wait(for: "priced", toBe: "streaming")
    #expect(try pair.target.query("SELECT price FROM priced") == [["7.50"]])
    for table in ["skipped", "kept", "nulled", "priced"] {
      let status = try pair.status(of: table)
      #expect(status["worker"] as? String == "streaming", "\(status)")
    }
    let phone = try #require(try losses(pair, "skipped").first { $0["column"] as? String == "phone" })
    #expect(phone["leave"] as? String == "skip_columns" && phone["given_by"] as? String == "stored")
    #expect(phone["role"] is String && phone["rows"] as? Int == 2, "\(phone)")
    #expect(try losses(pair, "kept").first?["kind"] as? String == "kept_column")
    #expect(try losses(pair, "nulled").first?["kind"] as? String == "nulled_column")
    #expect(try standby.terminate().exitCode == 0)
  }

  @Test("the file: schema section and single tables; SIGHUP takes a good one and refuses a bad one")
  func file() throws {
    let pair = try PipelinePair(schema: Self.tables)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("pgsyncd-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    func write(_ schema: String) throws { try Data(("schema:\n" + schema).utf8).write(to: file) }
    try write(
      """
        validation: permissive
        table_overrides:
          - {table: kept, validation: strict}
          - {table: priced, skip_columns: [pric]}
      """)
    let config = ["--config", file.path]
    let unknown = try Program.run(["sync", "--once"] + config + pair.connection)
    #expect(unknown.exitCode == 64 && unknown.log.contains(":5:38: public.priced has no column 'pric'"), "\(unknown)")
    try write(
      """
        validation: permissive
        table_overrides:
          - {table: kept, validation: strict}
      """)
    #expect(try Program.run(["sync", "--once"] + config + pair.connection).exitCode == 0)
    let service = try pair.startStreaming(config[0], config[1])
    defer { service.end() }
    try pair.source.execute(
      """
      ALTER TABLE plain ADD phone text; INSERT INTO plain VALUES (1, 'a', '555');
      ALTER TABLE kept ADD phone text; INSERT INTO kept VALUES (1, 'a', 'b', '555')
      """)
    try pair.wait(for: "kept", toBe: "stopped")
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT * FROM plain") == [["1", "a"]])
    #expect(try losses(pair, "plain").first?["leave"] as? String == "validation: permissive")
    for line in [
      "Schema mismatch on public.plain (source has 'phone', target doesn't)",
      "[WARN] This will become a blocking error under --schema-validation=strict",
      "[WARN] Continuing sync for now (--schema-validation=warn-only)",
    ] { try service.waitForLog(line) }

    try write("  validation: stirct\n")
    kill(service.processIdentifier, SIGHUP)
    try service.waitForLog("the old settings stay")
    #expect(service.log.contains("did you mean 'strict'?"))
    try pair.source.execute("INSERT INTO plain VALUES (2, 'b', '556')")
    try pair.waitForCatchUp()
    #expect(try pair.target.query("SELECT count(*) FROM plain") == [["2"]])

    try write("  table_overrides: [{table: kept, skip_columns: [phone]}]\nlog: {format: json}\n")
    kill(service.processIdentifier, SIGHUP)
    try service.waitForLog("\"event\":\"warning\"")
    #expect(service.log.contains("public.kept may go on"), "\(service.log)")
    try pair.source.execute("INSERT INTO plain VALUES (3, 'c', '557')")
    try pair.wait(for: "plain", toBe: "stopped")
    #expect(try pair.status(of: "kept")["worker"] as? String == "stopped", "it waits for resume")
    #expect(try pair.run("resume", "--table", "kept", "--wait").exitCode == 0)
    #expect(try pair.target.query("SELECT id, v, legacy FROM kept") == [["1", "a", "b"]])
    #expect(try losses(pair, "kept").first?["given_by"] as? String == "table_overrides")
    #expect(try service.terminate().exitCode == 0)
  }

  private func refuses(_ pair: PipelinePair, _ arguments: String..., says parts: String...) throws {
    let ended = try Program.run(arguments + pair.connection)
    #expect(ended.exitCode == 64, "\(arguments): \(ended)")
    for part in parts { #expect(ended.log.contains(part), "\(arguments): \(ended)") }
  }

  private func losses(_ pair: PipelinePair, _ table: String) throws -> [[String: Any]] {
    try #require(try pair.status(of: table)["accepted_losses"] as? [[String: Any]])
  }

  private func stored(_ pair: PipelinePair, _ table: String) throws -> String? {
    try pair.target.query("SELECT overrides FROM pgsyncd.tables WHERE table_name = '\(table)'")[0][0]
  }
}
