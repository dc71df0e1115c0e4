import PostgresTypes

extension CompatibilityVerdict {
  /// What there is to say when the target refuses a change although the schemas go together.
  ///
  /// - Parameters:
  ///   - refusal: what the target said.
  ///   - judgement: the two tables as they are now; nil if they could not be read.
  ///   - position: where the transaction of the change committed on the source.
  public static func applyError(
    _ refusal: Refusal, on table: QualifiedName, _ judgement: Judgement?, at position: LSN
  ) -> CompatibilityVerdict {
    let types = TypeCreation(
      target: judgement?.target, targetTypes: judgement?.targetTypes, targetVersion: judgement?.targetVersion)
    let source = judgement.map { $0.current ?? $0.source }
    let diagnosis = RefusalDiagnosis(refusal, source: source, target: judgement?.target, types: types)
    let name = DisplayName.shellWord(table.sql)
    var lines = [DisplayName.visible(refusal.text), diagnosis.cause]
    if let column = refusal.column { lines.append("Column: \(DisplayName.visible(SQLIdentifier.quoted(column)))") }
    if let constraint = refusal.constraint {
      lines.append("Constraint: \(DisplayName.visible(SQLIdentifier.quoted(constraint)))")
    }
    lines += ["Transaction: commit LSN \(position)", "Sync STOPPED for this table; all other tables go on."]
    let finding = Finding(
      reason: .applyError, severity: .blocked, column: refusal.column,
      headline: "[ERROR] Apply error on \(DisplayName.table(table))", lines: lines,
      summary: "the target refused a change", error: DisplayName.visible("\(refusal.text). \(diagnosis.cause)"),
      impact: "Nothing is lost: the table's changes are parked from this transaction on.",
      resolution: diagnosis.resolution + ", then: pgsyncd resume --table \(name)", fix: diagnosis.fix,
      alternatives: (diagnosis.fix.isEmpty
        ? [
          Finding.Action(
            diagnosis.resolution + ", then let the table go on", commands: ["pgsyncd resume --table \(name)"])
        ] : []) + diagnosis.alternatives + [
          Finding.Action(
            "Or give up this transaction of the table; its changes go to pgsyncd.dead_letters",
            commands: ["pgsyncd resume --table \(name) --skip-transaction \(position)"])
        ])
    return CompatibilityVerdict(table: table, outcome: .blocked, findings: [finding], columns: [], rowIdentity: .none)
  }
}
