import LibPQ

extension ShopStory {
  /// The same schema on both sides, rows on the source alone.
  func open(_ source: ShopDatabase, _ target: ShopDatabase, by deadline: Deadline) throws {
    for database in [source, target] {
      try database.connection.execute(ShopSchema.sql)
      narrator.say("\(database.side.rawValue): \(try database.version()), \(database.settings)")
    }
    try source.connection.execute(ShopSeed.sql)
    let counts = try source.rowCounts()
    narrator.say(
      "\(Figures.count(counts.values.reduce(0, +), "row")) on the source: "
        + ShopSchema.tables.map { "\($0) \(Figures.number(counts[$0] ?? 0))" }.joined(separator: ", "))
    try deadline.check("the shop is open")
  }

  /// `pgsyncd setup`: compares every table and prints the report.
  mutating func setUp(_ pgsyncd: Pgsyncd) throws {
    narrator.begin("Setup: is everything there, and do the two schemas agree?")
    narrator.command("pgsyncd setup")
    let ended = try pgsyncd.run(["setup"], name: "setup", by: Deadline(within: .seconds(20)))
    guard ended.exitCode == 0 else { throw ended.unexpected(of: "pgsyncd setup") }
    narrator.quote(ended.output)
  }

  /// The first copy, until every table streams.
  func copy(_ stage: Stage) throws {
    let deadline = Deadline(within: .seconds(40))
    let took = try deadline.wait(for: "every table has been copied and streams") {
      try stage.check()
      return try stage.target.streamingTables() == ShopSchema.tables.count
    }
    let status = try stage.pgsyncd.status(by: deadline)
    let copied = status.tables.reduce(0) { $0 + Int($1.counters.copied) }
    narrator.say(
      "all ten tables copied under one snapshot and streaming after \(Figures.seconds(took)): "
        + "\(Figures.count(copied, "row")) copied")
  }

  /// Streaming goes on for a while, and the lag is measured.
  mutating func stream(_ stage: Stage) throws {
    narrator.begin("Streaming")
    let deadline = Deadline(within: .seconds(25))
    let tables = try deadline.value(of: "every table has streamed rows") {
      try stage.check()
      let tables = try stage.pgsyncd.status(by: deadline).tables
      return tables.allSatisfy { $0.counters.rowsApplied > 0 } ? tables : nil
    }.value
    figures.lagWhileStreaming = try LagProbe.measure(on: stage, by: deadline)
    narrator.table(
      ["table", "copied", "inserted", "updated", "deleted"],
      tables.map { table in
        let rows = table.counters
        return [table.name.sql]
          + [rows.copied, rows.inserted, rows.updated, rows.deleted].map { Figures.number(Int($0)) }
      })
    narrator.say("from COMMIT on the source to visible on the target: \(figures.lagWhileStreaming.text)")
  }
}
