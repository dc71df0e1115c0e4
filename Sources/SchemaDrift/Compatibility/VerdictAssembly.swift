import PostgresTypes

/// Puts a verdict together, column by column. Findings are collected as under `strict`; what the policy makes of them
/// besides is decided at the end.
struct VerdictAssembly {
  let judgement: Judgement
  let target: TableSchema
  let context: FindingContext
  /// True if a mismatch does not stop the table (`warn-only`, `disabled`).
  let isLenient: Bool
  private let skip: Set<NameKey>
  private let preserve: Set<NameKey>
  private let setNull: Set<NameKey>
  private(set) var findings: [Finding] = []
  private(set) var mappings: [ColumnMapping] = []
  private(set) var skipped: [SkippedColumn] = []
  private(set) var nulled: [String] = []
  private(set) var kept: [String] = []
  private(set) var stale: [StaleColumn] = []

  init(_ judgement: Judgement, target: TableSchema, context: FindingContext) {
    self.judgement = judgement
    self.target = target
    self.context = context
    let policy = judgement.policy
    isLenient = policy.validation != .strict
    skip = Set(policy.skipColumns.map(NameKey.init))
    preserve = Set(policy.preserveColumns.map(NameKey.init))
    setNull = Set(policy.nullRemovedColumns.map(NameKey.init))
    let matching = ColumnMatching(judgement, target: target)
    let renames = RenameFixes(matching, target: target)
    for match in matching.sourceColumns { judge(match, renames) }
    for match in matching.targetColumns { judge(match) }
    mappings.sort { $0.ordinal < $1.ordinal }
    skipped.sort { $0.ordinal < $1.ordinal }
    nulled.sort { NameKey($0) < NameKey($1) }
    kept.sort { NameKey($0) < NameKey($1) }
    stale.sort { NameKey($0.column) < NameKey($1.column) }
  }

  // MARK: Columns of the source

  private mutating func judge(_ match: SourceColumnMatch, _ renames: RenameFixes) {
    guard let ordinal = match.ordinal else { return judgeUncarried(match) }
    let column = match.column
    if skip.contains(NameKey(column.name)) { return skipByOverride(match, ordinal) }
    switch match.fate {
    case .mapped(let target):
      map(match, ordinal, to: target)
      noteStale(column, on: target)
    case .renamed(let target):
      let finding = renamedFinding(column, target, renames)
      findings.append(finding)
      map(match, ordinal, to: target, nameInFixes: finding.fix.isEmpty ? target.name : column.name)
    case .replaced(let target):
      let isAccepted = judgement.isBackfillRequested
      findings.append(.sourceReplacedColumn(column, target: target, isAccepted: isAccepted, context))
      guard isAccepted || isLenient else { return }
      map(match, ordinal, to: target)
      stale.append(StaleColumn(column: column.name, reason: "The source replaced this column."))
    case .missing: judgeMissing(column, ordinal)
    case .goesAway:
      findings.append(.droppedSince(column, context))
      skipped.append(SkippedColumn(name: column.name, ordinal: ordinal, reason: .droppedSince))
    }
  }

  private mutating func judgeMissing(_ column: ColumnSchema, _ ordinal: Int) {
    let reason: SkippedColumn.Reason?
    switch judgement.policy.sourceAddedColumns {
    case .skip:
      findings.append(.skippedColumn(column, by: .policy, context))
      reason = .policy
    case .stopOnValue:
      findings.append(.sourceAddedColumnUntilValue(column, context))
      reason = .untilFirstValue
    case .stop:
      findings.append(.sourceAddedColumn(column, context))
      reason = isLenient ? .warnOnly : nil
    }
    if let reason { skipped.append(SkippedColumn(name: column.name, ordinal: ordinal, reason: reason)) }
  }

  private mutating func skipByOverride(_ match: SourceColumnMatch, _ ordinal: Int) {
    findings.append(.skippedColumn(match.column, by: .override, context))
    skipped.append(SkippedColumn(name: match.column.name, ordinal: ordinal, reason: .override))
    guard let target = match.target, !target.fillsItself else { return }
    findings.append(notNullFinding(target))
  }

  private func renamedFinding(_ column: ColumnSchema, _ target: ColumnSchema, _ renames: RenameFixes) -> Finding {
    if target.name.isSameName(as: column.name),
      let now = judgement.current?.column(numbered: column.attributeNumber)
    {
      return .ambiguousSwap(column, now: now, context)
    }
    let step = renames.step(for: column.name, in: context.targetTable)
    var finding = Finding.sourceRenamedColumn(column, target: target, fix: step?.statements ?? [], context)
    finding.order = step?.position ?? 0
    return finding
  }

  /// Maps a column onto one of the target's, with whatever there is to say about the two.
  ///
  /// - Parameter nameInFixes: the target column's name when the statements of these findings run: renames come first.
  private mutating func map(
    _ match: SourceColumnMatch, _ ordinal: Int, to target: ColumnSchema, nameInFixes: String? = nil
  ) {
    let column = match.column
    guard target.generated == nil else { return judgeGeneratedTarget(column, ordinal, target) }
    let decision = TypeDecision(
      column, target, judgement.policy,
      isInexact: judgement.inexactColumns.contains { $0.isSameName(as: column.name) })
    var fixed = target
    fixed.name = nameInFixes ?? target.name
    judgeType(column, fixed, decision)
    if decision.conversion == .identical, column.collation != target.collation, column.attributeNumber != 0 {
      findings.append(.collation(column, target: fixed, context))
    }
    if target.isNotNull, !column.isNotNull, column.attributeNumber != 0, !column.isDomainNotNull {
      findings.append(.targetStricter(column, target: fixed, context))
    }
    let constraints = DomainConstraints.additional(from: column, to: target)
    if !constraints.isEmpty {
      findings.append(.targetConstrained(column, target: target, constraints: constraints, context))
    }
    mappings.append(
      decision.mapping(match, ordinal: ordinal, to: target, timezone: judgement.policy.timezone))
  }

  private mutating func judgeType(_ column: ColumnSchema, _ target: ColumnSchema, _ decision: TypeDecision) {
    let conversion = decision.conversion
    switch decision.permission {
    case .free where conversion == .identical: break
    case .free:
      findings.append(.safeCast(column, target: target, conversion: conversion, isAllowed: true, context))
    case .safeButForbidden:
      findings.append(.safeCast(column, target: target, conversion: conversion, isAllowed: false, context))
    case .allowed(let permission, _):
      findings.append(
        .allowedCast(column, target: target, conversion: conversion, by: permission, context))
    case .forbidden:
      let gaps = EnumLabelChange.gaps(from: column.type, to: target.type)
      guard gaps.isEmpty else { return findings += gaps.map { enumFinding(column, $0) } }
      findings.append(.unsafeCast(column, target: target, conversion: conversion, context))
    }
  }

  private func enumFinding(_ column: ColumnSchema, _ gap: EnumLabelChange.Gap) -> Finding {
    let former = judgement.baseline?.columns.lazy.compactMap { $0.type.labels(ofEnum: gap.source.name) }.first
    return .sourceEnumLabel(column, gap: gap, formerLabels: former, context)
  }

  private mutating func judgeGeneratedTarget(_ column: ColumnSchema, _ ordinal: Int, _ target: ColumnSchema) {
    if let generated = column.generated, let other = target.generated,
      generated.expression.isSameName(as: other.expression)
    {
      return skipped.append(SkippedColumn(name: column.name, ordinal: ordinal, reason: .generatedOnTarget))
    }
    findings.append(.targetGenerated(column, target: target, context))
    if isLenient { skipped.append(SkippedColumn(name: column.name, ordinal: ordinal, reason: .warnOnly)) }
  }

  /// A column that the source has and the stream does not carry: generated, or outside the column list.
  private mutating func judgeUncarried(_ match: SourceColumnMatch) {
    let column = match.column
    let isSkipped = skip.contains(NameKey(column.name))
    if let generated = column.generated {
      switch match.target {
      case nil: findings.append(.sourceGeneratedColumnMissing(column, context))
      case let target? where target.generated == nil:
        guard !isSkipped else { return }
        findings.append(
          .sourceGeneratedColumn(column, target: target, expression: generated.expression, context))
      case let target?:
        guard let other = target.generated, !other.expression.isSameName(as: generated.expression) else { return }
        findings.append(.generatedDifferently(column, source: generated, target: other, context))
      }
      return
    }
    if let baseline = judgement.baseline, baseline.oid == judgement.source.oid, column.attributeNumber != 0,
      baseline.column(numbered: column.attributeNumber) == nil, !isSkipped
    {
      findings.append(.unlistedColumn(column, context))
    }
    guard let target = match.target else { return }
    if !target.fillsItself { findings.append(notNullFinding(target)) }
    let baseline = judgement.baseline?.carriedColumns ?? []
    let wasCarried = baseline.contains {
      $0.name.isSameName(as: column.name) && $0.attributeNumber == column.attributeNumber
    }
    if wasCarried, !isSkipped { findings.append(.publicationGap(column, context)) }
  }

  private mutating func noteStale(_ column: ColumnSchema, on target: ColumnSchema) {
    guard let baseline = judgement.baseline, baseline.oid == judgement.source.oid else { return }
    let former =
      column.attributeNumber == 0
      ? baseline.column(named: column.name) : baseline.column(numbered: column.attributeNumber)
    let reason =
      former.map { StaleColumn.reason(forChanged: column, since: $0, context) }
      ?? StaleColumn.reason(forNew: column, on: target, context) ?? reasonToDoubt(new: column, baseline)
    if let reason { stale.append(StaleColumn(column: column.name, reason: reason)) }
  }

  /// A column that was accepted without its number and is not there any more may live on as this one.
  private func reasonToDoubt(new column: ColumnSchema, _ baseline: TableSchema) -> String? {
    let former = baseline.column(named: column.name)
    if judgement.source.catalogCompleteness == .wire, let former, former.attributeNumber != column.attributeNumber {
      return
        "It cannot be told from where on \(DisplayName.quoted(column.name)) is the column that replaced the former one."
    }
    let lost = baseline.columns.first {
      $0.attributeNumber == 0 && judgement.source.column(named: $0.name) == nil
    }
    return lost.map {
      "It cannot be told whether \(DisplayName.quoted(column.name)) is the former \(DisplayName.quoted($0.name))."
    }
  }

  // MARK: Columns of the target

  private mutating func judge(_ match: TargetColumnMatch) {
    let column = match.column
    let key = NameKey(column.name)
    let policy = judgement.policy.sourceRemovedColumns
    let isRemoved = match.origin == .removedFromSource
    let isNulled = setNull.contains(key) || (isRemoved && policy == .null && !preserve.contains(key))
    let isKept = preserve.contains(key) || (isRemoved && policy == .preserve)
    if isNulled, column.isNullable {
      nulled.append(column.name)
      findings.append(.keptColumn(column, isNulled: true, context))
    } else if isKept, column.fillsItself {
      kept.append(column.name)
      findings.append(.keptColumn(column, isNulled: false, context))
    } else if isRemoved, !isNulled, !isKept {
      findings.append(.sourceRemovedColumn(column, context))
    } else if !column.fillsItself || isNulled {
      findings.append(notNullFinding(column))
    } else if match.origin == .own {
      findings.append(.targetAddedColumn(column, context))
    }
  }

  private func notNullFinding(_ column: ColumnSchema) -> Finding {
    let isInPrimaryKey = target.primaryKey.contains { $0.isSameName(as: column.name) }
    return .targetNotNull(column, isInPrimaryKey: isInPrimaryKey, context)
  }
}
