import PostgresTypes

/// Whether the target's table is the counterpart of the source's at all: before any column is looked at.
struct TableIdentityCheck {
  /// The target's table against which the columns are judged, by the name that it has after the fix; nil if none.
  let target: TableSchema?
  /// What is wrong with the table itself; each of these stops it.
  let findings: [Finding]

  init(_ judgement: Judgement) {
    let context = FindingContext(judgement, target: judgement.target)
    var findings: [Finding] = []
    if judgement.baseline.map({ $0.oid != judgement.source.oid }) == true { findings.append(.tableRecreated(context)) }
    if judgement.isNewTable, judgement.policy.newTables == .stop { findings.append(.tableAdded(context)) }
    if let renamed = Self.unfinishedRename(judgement) {
      findings.append(.tableRenamed(from: renamed, isTaken: judgement.target != nil, context))
    } else if judgement.target == nil {
      findings.append(.tableMissing(judgement.current ?? judgement.source, context))
    }
    self.findings = findings
    target = judgement.target ?? Self.formerTarget(judgement)
  }

  /// The former name if the source has renamed the table and the target has not.
  private static func unfinishedRename(_ judgement: Judgement) -> QualifiedName? {
    guard let baseline = judgement.baseline, baseline.oid == judgement.source.oid,
      !baseline.name.isSameName(as: judgement.effectiveName)
    else { return nil }
    guard let target = judgement.target else { return judgement.formerTarget == nil ? nil : baseline.name }
    if let accepted = judgement.acceptedTarget { return accepted.oid == target.oid ? nil : baseline.name }
    return judgement.formerTarget == nil ? nil : baseline.name
  }

  /// The target's table that still has the former name, as it will be after the rename.
  private static func formerTarget(_ judgement: Judgement) -> TableSchema? {
    guard var former = judgement.formerTarget, judgement.baseline?.oid == judgement.source.oid else { return nil }
    former.name = judgement.effectiveName
    return former
  }
}
