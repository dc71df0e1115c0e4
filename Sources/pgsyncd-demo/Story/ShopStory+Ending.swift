import LibPQ
import PostgresClusters
import PostgresTypes

extension ShopStory {
  /// Runs the fix exactly as `status --json` gives it.
  mutating func fix(_ drift: Drift, on stage: Stage) throws {
    narrator.begin("The fix, word for word as printed")
    let deadline = Deadline(within: .seconds(15))
    let statements = try stage.pgsyncd.status(by: deadline).table(Self.driftingTable).fix
    guard !statements.isEmpty else { throw DemoFailure.broken("`pgsyncd status --json` offers no fix.") }
    for statement in statements {
      narrator.command(statement, prompt: "target=#")
      try stage.target.connection.execute(statement)
    }
  }

  /// `pgsyncd resume`, still under traffic: the parked changes are drained and the table streams again.
  mutating func resume(_ drift: Drift, on stage: Stage) throws {
    narrator.begin("Resume, with the shop still open")
    let deadline = Deadline(within: .seconds(40))
    figures.parkedAtResume =
      try stage.pgsyncd.status(by: deadline).table(Self.driftingTable).parkedChanges
    let arguments = ["resume", "--table", Self.driftingTable.sql, "--wait"]
    narrator.command("pgsyncd \(arguments.joined(separator: " "))")
    let begin = ContinuousClock.now
    let ended = try stage.pgsyncd.run(arguments, name: "resume", by: deadline)
    figures.resumeTook = begin.duration(to: .now)
    narrator.quote(ended.output + ended.log)
    guard ended.exitCode == 0 else { throw ended.unexpected(of: "pgsyncd resume") }
    let table = try deadline.value(of: "\(Self.driftingTable.sql) streams again") {
      try stage.check()
      let table = try stage.pgsyncd.status(by: deadline).table(Self.driftingTable)
      return table.condition == .ok && table.parkedChanges == 0 ? table : nil
    }.value
    narrator.say(
      "\(Figures.count(Int(figures.parkedAtResume), "parked change")) and what came meanwhile: drained in "
        + "\(Figures.seconds(figures.resumeTook)); status \(table.condition.rawValue)")
    let arrived = try stage.target.connection.query(
      "SELECT phone_number FROM \(Self.driftingTable.sql) WHERE customer_id = $1", [drift.customer])
    guard arrived.rowCount == 1, arrived[0, 0] == drift.phoneNumber else {
      throw DemoFailure.broken("The first row of the new shape did not arrive with its value.")
    }
    narrator.say("the first row of the new shape has arrived, with its phone_number")
  }

  /// Stops the traffic, waits for the source's last position, and compares all rows of all tables.
  mutating func compare(_ stage: Stage) throws {
    narrator.begin("The shop closes; both sides must be equal, row by row")
    let deadline = Deadline(within: .seconds(40))
    stage.traffic.stop()
    let last = try stage.source.walPosition()
    figures.catchUpTook = try deadline.wait(for: "the target has everything up to \(last)") {
      try stage.check()
      return try stage.source.confirmedFlushLSN() >= last
    }
    narrator.say(
      "the target has confirmed \(last), the source's last position, after \(Figures.seconds(figures.catchUpTook))")
    if options.tampers {
      try stage.target.connection.execute(
        "UPDATE shop.stock SET quantity = quantity + 1 WHERE product_id = 7 AND warehouse = 'north'")
      narrator.say("--tamper: one value on the target was changed by hand")
    }
    let comparison = try RowComparison(source: stage.source.settings, target: stage.target.settings)
    defer { comparison.close() }
    var results: [TableComparison] = []
    for table in ShopSchema.tables {
      try deadline.check("all tables are compared")
      results.append(try comparison.compare(TablePair(QualifiedName(schema: ShopSchema.name, name: table))))
    }
    narrator.table(
      ["table", "rows on the source", "rows on the target", "only on the source", "only on the target"],
      results.map { result in
        [result.pair.source.sql]
          + [result.sourceRows, result.targetRows, result.onlyInSource, result.onlyInTarget].map(Figures.number)
      })
    let different = results.filter { !$0.isEqual }
    for difference in different.flatMap(\.differences) { narrator.say("  \(difference)") }
    guard different.isEmpty else { throw DemoFailure.different(tables: different.map(\.pair.source.sql)) }
    figures.rowsCompared = results.reduce(0) { $0 + $1.sourceRows }
    narrator.say("equal: \(Figures.count(figures.rowsCompared, "row")), every value of every column")
  }

  /// The figures of this run.
  mutating func report(_ stage: Stage) throws {
    narrator.begin("What happened")
    let totals = try stage.traffic.totals()
    let rows = try stage.pgsyncd.status(by: Deadline(within: .seconds(10))).tables.map(\.counters)
    let stop = figures.detectionSeconds.map { "; the service itself measured \(Figures.seconds(.seconds($0)))" } ?? ""
    for (name, text) in [
      (
        "the shop",
        "\(Figures.count(totals.committed, "transaction")) with \(Figures.count(totals.rows, "row change")), "
          + "\(Figures.count(totals.rolledBack, "transaction")) rolled back"
      ),
      ("copied", Figures.count(rows.reduce(0) { $0 + Int($1.copied) }, "row")),
      (
        "streamed",
        Figures.count(rows.reduce(0) { $0 + Int($1.rowsApplied) }, "row change") + ", the parked ones among them"
      ),
      ("parked", "\(Figures.count(Int(figures.parkedAtResume), "change")) when resume was asked for, all drained"),
      ("stop", "\(Figures.seconds(figures.stopSeenAfter)) after the source's COMMIT\(stop)"),
      ("lag", "\(figures.lagWhileStreaming.text)"),
      ("lag, one stopped", "\(figures.lagWhileStopped.text)"),
      ("resume", Figures.seconds(figures.resumeTook)),
      ("compared", "\(Figures.count(figures.rowsCompared, "row")), 0 differing"),
    ] {
      narrator.say("\(name):".padding(toLength: 18, withPad: " ", startingAt: 0) + text)
    }
  }

  /// SIGTERM, as a supervisor would send it.
  mutating func end(_ stage: Stage) throws {
    narrator.begin("The end")
    let deadline = Deadline(within: .seconds(10))
    let begin = ContinuousClock.now
    stage.service.terminate()
    let ended = try stage.service.ended(by: deadline)
    guard ended.exitCode == 0 else { throw ended.unexpected(of: "pgsyncd sync") }
    narrator.say("SIGTERM: pgsyncd ended with exit code 0 after \(Figures.seconds(begin.duration(to: .now)))")
  }
}
