import PostgresTypes

extension Judgement {
  /// Compares and decides: first the table, then its columns, then how rows are found.
  public func verdict() -> CompatibilityVerdict {
    let check = TableIdentityCheck(self)
    guard let target = check.target else { return verdict(check.findings) }
    let context = FindingContext(self, target: target)
    let assembly = VerdictAssembly(self, target: target, context: context)
    let identity = RowIdentity(
      sourceIdentity: source.identityColumns, replicaIdentity: source.replicaIdentity, mappings: assembly.mappings,
      target: target)
    var findings = assembly.findings
    if identity == .none { findings.append(noRowIdentity(assembly, context)) }
    findings += Finding.stricterKeys(self, target, context) + Finding.partitionChanges(self, target, context)
    let certain = withoutGuesses(findings, context)
    var verdict = verdict(check.findings + certain.compactMap { lenient($0, context) }, assembly, identity)
    verdict.acceptedLosses = losses(assembly, findings)
    return verdict
  }

  /// Without the source's catalog, one column that came and one that went may be the same under a new name. A statement
  /// that drops the old one would then drop what it holds, so none is offered before the source has been asked.
  private func withoutGuesses(_ findings: [Finding], _ context: FindingContext) -> [Finding] {
    let isAdded = { (finding: Finding) in
      finding.reason == .sourceAddedColumn && finding.column.map { source.column(named: $0)?.attributeNumber } == 0
    }
    guard source.catalogCompleteness == .wire, current == nil, findings.contains(where: isAdded),
      findings.contains(where: { $0.reason == .sourceRemovedColumn && $0.severity == .blocked })
    else { return findings }
    return findings.map { finding in
      guard finding.severity == .blocked, isAdded(finding) || finding.reason == .sourceRemovedColumn else {
        return finding
      }
      var doubtful = finding
      doubtful.fix = []
      doubtful.fixAfterResume = []
      doubtful.resolution = "Let the table be judged again when the source answers: it may be a new name of a column"
      doubtful.alternatives = [
        Finding.Action(
          "The source could not be asked whether a column was renamed. Have the table judged again",
          commands: [context.resume()])
      ]
      return doubtful
    }
  }

  private func verdict(
    _ findings: [Finding], _ assembly: VerdictAssembly? = nil, _ identity: RowIdentity = .none
  ) -> CompatibilityVerdict {
    let sorted = findings.sorted { first, second in
      if first.severity != second.severity { return first.severity > second.severity }
      if first.reason != second.reason { return first.reason.rank < second.reason.rank }
      if first.order != second.order { return first.order < second.order }
      return NameKey(first.column ?? "") < NameKey(second.column ?? "")
    }
    let outcome: CompatibilityVerdict.Outcome =
      switch sorted.first?.severity {
      case .blocked: .blocked
      case .warning: .warning
      case .info, nil: .compatible
      }
    return CompatibilityVerdict(
      table: effectiveName, outcome: outcome, findings: sorted, columns: assembly?.mappings ?? [],
      skipped: assembly?.skipped ?? [], nulledColumns: assembly?.nulled ?? [], keptColumns: assembly?.kept ?? [],
      staleColumns: assembly?.stale ?? [],
      rowIdentity: identity, isFromWireOnly: source.catalogCompleteness == .wire)
  }

  /// What becomes of a finding on columns under `warn-only` (it warns) and `disabled` (nobody hears of it).
  private func lenient(_ finding: Finding, _ context: FindingContext) -> Finding? {
    switch policy.validation {
    case .strict: return finding
    case .disabled: return nil
    case .permissive:
      guard finding.severity == .blocked else { return finding }
      var warning = finding
      warning.severity = .warning
      warning.headline = "\(context.mismatchMark) (\(finding.summary))"
      warning.lines = [
        "[WARN] This will become a blocking error under --schema-validation=strict",
        "[WARN] Continuing sync for now (--schema-validation=warn-only)",
      ]
      return warning
    }
  }

  private func noRowIdentity(_ assembly: VerdictAssembly, _ context: FindingContext) -> Finding {
    let onTarget = source.identityColumns.compactMap { name in
      assembly.mappings.first { $0.source.isSameName(as: name) }?.target
    }
    let isPrimaryKey = Set(source.identityColumns.map(NameKey.init)) == Set(source.primaryKey.map(NameKey.init))
    return .noRowIdentity(
      sent: source.identityColumns, identityOnTarget: onTarget,
      canHavePrimaryKey: isPrimaryKey && assembly.target.primaryKey.isEmpty, context)
  }
}

extension FindingContext {
  /// `[WARN] Schema mismatch on public.users`, as `warn-only` begins its lines.
  fileprivate var mismatchMark: String { "[WARN] Schema mismatch on \(DisplayName.table(table))" }
}

extension TypeReference {
  /// The labels of the enum of that name inside this type.
  func labels(ofEnum name: QualifiedName) -> [String]? {
    switch definition {
    case .enumeration(let labels): self.name.isSameName(as: name) ? labels : nil
    case .array(let element): element.labels(ofEnum: name)
    case .domain(let base, _, _): base.labels(ofEnum: name)
    case .composite(let attributes): attributes.lazy.compactMap { $0.type.labels(ofEnum: name) }.first
    default: nil
    }
  }
}
