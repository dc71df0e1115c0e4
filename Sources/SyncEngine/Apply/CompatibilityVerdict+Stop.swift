import LibPQ
import PostgresTypes
import SchemaDrift

extension CompatibilityVerdict {
  /// Why rows that exist already may differ between the sides although the table goes on, as `needs_repair` stores it:
  /// a reason code and an explanation; nil if they are not known to.
  var staleRows: String? {
    repair.map { "\($0.reason.rawValue): \($0.explanation)" }
  }
}

extension TableStop {
  /// The stop that a verdict asks for.
  ///
  /// - Parameters:
  ///   - verdict: has at least one finding.
  ///   - lsn: the commit position of the transaction whose change is parked first, if a change was the cause.
  init(verdict: CompatibilityVerdict, lsn: LSN?) {
    self.init(
      kind: .schemaMismatch, reason: verdict.reason?.rawValue, error: verdict.error, resolution: verdict.resolution,
      fix: verdict.fix, message: verdict.messageLines, lsn: lsn)
    for finding in verdict.decisiveFindings where !reasons.contains(finding.reason.rawValue) {
      reasons.append(finding.reason.rawValue)
    }
  }

  /// The stop of a table whose change the target has refused twice.
  ///
  /// - Parameters:
  ///   - error: what the target said. Row values in it are left out.
  ///   - lsn: the commit position of the transaction that holds the change.
  init(applyError error: PostgresError, table: QualifiedName, lsn: LSN) {
    self.init(refusal: Refusal(error), table: table, judgement: nil, lsn: lsn)
  }

  /// The same, explained by the two tables as they are now.
  init(refusal: Refusal, table: QualifiedName, judgement: Judgement?, lsn: LSN) {
    self.init(verdict: .applyError(refusal, on: table, judgement, at: lsn), lsn: lsn)
    kind = .applyError
    self.refusal = refusal
  }

  /// The stop of a table whose copy, made while the others stream, cannot be completed.
  ///
  /// - Parameter lsn: the commit position of the first change that was parked meanwhile; nil if none was.
  init(copyOf table: QualifiedName, failed error: SyncError, lsn: LSN?) {
    let name = SQLLiteral.shellQuoted(table.description)
    var lines = ["[ERROR] Copy failed on \(table)"]
    let what: String
    if case .refused(let refused, let why, let fix) = error {
      what = "\(refused): \(why)"
      lines += [what, "What to do: \(fix)"]
    } else {
      what = error.description
      lines.append(what)
    }
    lines += [
      "Nothing was changed on the target; the table's changes are parked. All other tables go on.",
      "1. Remove the cause.", "2. pgsyncd resync --table \(name)",
    ]
    self.init(
      kind: .applyError, reason: ReasonCode.applyError.rawValue, error: what,
      resolution: "Remove the cause, then: pgsyncd resync --table \(table)", message: lines, lsn: lsn)
  }

  /// The stop of a table whose row came without one of its values.
  static func incompleteRow(_ table: QualifiedName, lsn: LSN) -> TableStop {
    let what = "A row that entered the publication's row filter came without a TOASTed value that did not change"
    return TableStop(
      kind: .applyError, reason: ReasonCode.applyError.rawValue, error: what,
      resolution: "Copy the table anew, or take the row filter away; then resume",
      message: [
        "[ERROR] Incomplete row on \(table)", what, "Transaction: commit LSN \(lsn)",
        "Sync STOPPED to prevent data loss. All other tables go on.",
      ], lsn: lsn)
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
    return plain && !text.isEmpty
      ? text
      : "'"
        + text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}

extension Refusal {
  /// What a server said, without the values in it.
  init(_ error: PostgresError) {
    let schema = error.schemaName
    self.init(
      sqlState: error.sqlState, message: error.messageWithoutValues,
      table: error.tableName.flatMap { name in schema.map { QualifiedName(schema: $0, name: name) } },
      column: error.columnName,
      dataType: error.dataTypeName.flatMap { name in schema.map { QualifiedName(schema: $0, name: name) } },
      constraint: error.constraintName)
  }
}
