import Foundation
import LibPQ
import PostgresTypes

extension ShopStory {
  /// The drift that was made, and what was known right after it.
  struct Drift {
    /// The first row of the new shape, and the value that must not get lost.
    let customer: String
    let phoneNumber: String
    /// The source's position right after the commit.
    let lsn: LSN
    /// Transactions of the target from this one on came after the stop.
    let firstTransactionAfterStop: String
    /// Rows of the table on the target at the stop.
    let rowsOnTarget: Int
    /// Where the service's log ended before.
    let logLength: Int
  }

  /// A column is added and filled in one transaction, in the middle of the traffic; then the table must stop.
  mutating func drift(_ stage: Stage) throws -> Drift {
    narrator.begin("Somebody changes a table on the source, in the middle of the traffic")
    let deadline = Deadline(within: .seconds(20))
    let source = stage.source.connection
    let phoneNumber = "+49 30 123456"
    let logLength = stage.service.log.count
    let statements = [
      "BEGIN", "ALTER TABLE \(Self.driftingTable.sql) ADD COLUMN phone_number character varying(20)",
      "INSERT INTO \(Self.driftingTable.sql) (email, full_name, phone_number) "
        + "VALUES ('first@mail.example', 'The first row of the new shape', '\(phoneNumber)') RETURNING customer_id",
      "COMMIT",
    ]
    var customer: String?
    for statement in statements {
      narrator.command("\(statement);", prompt: "source=#")
      let result = try source.query(statement)
      if result.rowCount == 1 { customer = result[0, 0] }
    }
    let committed = ContinuousClock.now
    stage.traffic.writePhoneNumbers()
    let lsn = try stage.source.walPosition()
    try deadline.wait(for: "\(Self.driftingTable.sql) is stopped") {
      try stage.check()
      return try stage.target.stoppedTables() == [Self.driftingTable.name]
    }
    figures.stopSeenAfter = committed.duration(to: .now)
    figures.detectionSeconds = try stage.target.detectionSeconds()
    guard let customer else { throw DemoFailure.broken("The new customer got no key.") }
    narrator.say("stopped: seen in the target's catalog \(Figures.seconds(figures.stopSeenAfter)) after that COMMIT")
    return Drift(
      customer: customer, phoneNumber: phoneNumber, lsn: lsn,
      firstTransactionAfterStop: try stage.target.nextTransaction(),
      rowsOnTarget: try stage.target.rowCount(of: Self.driftingTable.name), logLength: logLength)
  }

  /// What the operator sees: the service's log and the status.
  mutating func showTheStop(_ drift: Drift, on stage: Stage) throws {
    narrator.begin("What the operator sees")
    let deadline = Deadline(within: .seconds(20))
    narrator.say("The service's log since then:")
    let message = try deadline.value(of: "the service's log tells of the stop") {
      let news = String(stage.service.log.dropFirst(drift.logLength))
      return news.contains("Sync STOPPED") && news.hasSuffix("\n") ? news : nil
    }.value
    narrator.quote(message)
    narrator.command("pgsyncd status")
    let status = try stage.pgsyncd.run(["status"], name: "status-table", by: deadline)
    guard status.exitCode == 0 else { throw status.unexpected(of: "pgsyncd status") }
    narrator.quote(status.output)
  }

  /// Proof that only this one table stands still.
  mutating func showTheOthers(_ drift: Drift, on stage: Stage) throws {
    narrator.begin("All other tables go on")
    let deadline = Deadline(within: .seconds(30))
    let stopped = Self.driftingTable.name
    let first = drift.firstTransactionAfterStop
    try deadline.wait(for: "every other table has had rows written since the stop") {
      try stage.check()
      return try stage.target.rowsWritten(since: first).allSatisfy { $0.key == stopped || $0.value > 0 }
    }
    let confirmed = try deadline.value(of: "the slot is confirmed beyond the change of the schema") {
      let lsn = try stage.source.confirmedFlushLSN()
      return lsn > drift.lsn ? lsn : nil
    }.value
    figures.lagWhileStopped = try LagProbe.measure(on: stage, by: deadline)
    let status = try deadline.value(of: "\(Self.parkedAtLeast) changes of the stopped table are parked") {
      try stage.check()
      let status = try stage.pgsyncd.status(by: deadline)
      return try status.table(Self.driftingTable).parkedChanges >= Self.parkedAtLeast ? status : nil
    }.value
    let written = try stage.target.rowsWritten(since: first)
    guard try stage.target.rowCount(of: stopped) == drift.rowsOnTarget, written[stopped] == 0 else {
      throw DemoFailure.broken("\(Self.driftingTable.sql) is stopped, and yet rows of it were written on the target.")
    }
    for table in status.tables where table.name != Self.driftingTable && table.worker != .streaming {
      throw DemoFailure.broken("\(table.name.sql) does not stream.")
    }
    narrator.table(
      ["table", "worker", "rows written on the target since the stop", "changes parked"],
      status.tables.map { table in
        [
          table.name.sql, table.worker.rawValue, Figures.number(written[table.name.name] ?? 0),
          Figures.number(Int(table.parkedChanges)),
        ]
      })
    narrator.say("the slot goes on: the schema changed at \(drift.lsn), confirmed_flush_lsn is \(confirmed)")
    narrator.say("lag of the others: \(figures.lagWhileStopped.text)")
    narrator.say("before the stop:   \(figures.lagWhileStreaming.text)")
  }
}
