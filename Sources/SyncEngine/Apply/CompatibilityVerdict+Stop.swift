import LibPQ
import PostgresTypes
import SchemaDrift

extension CompatibilityVerdict {
  /// The sentences that `status` lists for a table that goes on.
  var warnings: [String] { findings.filter { $0.severity == .warning }.map(\.error) }

  /// The whole message, line by line: for each finding what, impact, numbered actions with their SQL.
  var messageLines: [String] {
    var lines: [String] = []
    for finding in findings {
      lines.append(finding.headline)
      lines += finding.lines
      if !finding.impact.isEmpty { lines.append(finding.impact) }
      lines += finding.actions.enumerated().map { "\($0.offset + 1). \($0.element)" }
    }
    return lines
  }

  /// The columns whose values are left out by the operator's leave, as `status` lists them.
  var acceptedLosses: [String] {
    skipped.filter(\.isLoss).map { "column \(SQLIdentifier.quoted($0.name)) is not applied (\($0.reason.rawValue))" }
  }
}

extension TableStop {
  /// The stop that a verdict asks for.
  ///
  /// - Parameters:
  ///   - verdict: has at least one finding.
  ///   - lsn: the commit position of the transaction whose change is parked first, if a change was the cause.
  init(verdict: CompatibilityVerdict, lsn: LSN?) {
    let blocking = verdict.findings.filter { $0.severity == .blocked }
    let findings = blocking.isEmpty ? verdict.findings : blocking
    self.init(
      kind: .schemaMismatch, reason: findings.first?.reason.rawValue,
      error: findings.map(\.error).joined(separator: "; "),
      resolution: findings.first?.resolution, fix: findings.flatMap(\.fix), message: verdict.messageLines, lsn: lsn)
  }

  /// The stop of a table whose change the target has refused twice.
  ///
  /// - Parameters:
  ///   - error: what the target said. Row values in it are left out.
  ///   - lsn: the commit position of the transaction that holds the change.
  init(applyError error: PostgresError, table: QualifiedName, lsn: LSN) {
    let state = error.sqlState.map { " (SQLSTATE \($0))" } ?? ""
    let what = error.messageWithoutValues + state
    var lines = ["[ERROR] Apply error on \(table)", what, "Transaction: commit LSN \(lsn)"]
    if let column = error.columnName { lines.append("Column: \(SQLIdentifier.quoted(column))") }
    if let constraint = error.constraintName { lines.append("Constraint: \(SQLIdentifier.quoted(constraint))") }
    lines += [
      "Sync STOPPED for this table; its changes are parked from this transaction on. All other tables go on.",
      "1. Remove the cause on the target (the row in the way, the missing label, the lock).",
      "2. pgsyncd resume --table \(SQLLiteral.shellQuoted(table.description))",
    ]
    self.init(
      kind: .applyError, reason: ReasonCode.applyError.rawValue, error: what,
      resolution: "Remove the cause on the target, then: pgsyncd resume --table \(table)", message: lines, lsn: lsn)
  }

  /// The stop that an operator has asked for.
  static func paused(_ table: QualifiedName) -> TableStop {
    TableStop(
      kind: .paused, reason: "paused", error: "Paused by the operator",
      resolution: "pgsyncd resume --table \(table)",
      message: [
        "[INFO] \(table) is paused; its changes are parked.",
        "pgsyncd resume --table \(SQLLiteral.shellQuoted(table.description))",
      ])
  }
}

extension SQLLiteral {
  /// A text as one word of a shell command.
  static func shellQuoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    return plain && !text.isEmpty ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
