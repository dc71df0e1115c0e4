/// Tells which column of the target belongs to which column of the source.
///
/// Columns are matched by name. What a name alone cannot tell is decided by attribute numbers: a column that kept its
/// number and changed its name was renamed, one that kept its name and changed its number was replaced. Four tables take
/// part: the source in the shape that is judged, the source as last accepted (`baseline`), the source as its catalog
/// has it now (`current`, if that is ahead), and the target, with its own state at the last acceptance if that was kept.
///
/// Example, `a` renamed to `b` and `b` to `c` on the source: source `b#1, c#2`, baseline `a#1, b#2`, target `a, b`.
/// Both are renamed. The operator renames on the target; now the target is `b, c`: `b#1` finds its new name and not its
/// old one, so it is done; then `c#2` finds its old name `b` too, but that belongs to `b#1` now, so it is done as well.
/// A swap (`a#2, b#1`) looks the same on the target before and after; only the target's own numbers tell.
struct ColumnMatching {
  /// The source's columns, in their order.
  let sourceColumns: [SourceColumnMatch]
  /// The target's columns that belong to none of them, in their order.
  let targetColumns: [TargetColumnMatch]

  init(_ judgement: Judgement, target: TableSchema) {
    var matcher = ColumnMatcher(judgement, target: target)
    sourceColumns = matcher.matchSource()
    targetColumns = matcher.matchTarget()
  }
}

/// The work of ``ColumnMatching``: first the columns that the baseline has, then those that are new, because a new column
/// may take the name that another one has given up.
private struct ColumnMatcher {
  private let sourceTable: TableSchema
  private let targetTable: TableSchema
  private let source: ColumnIndex
  private let baseline: ColumnIndex
  private let current: ColumnIndex
  private let hasCurrent: Bool
  private let target: ColumnIndex
  private let accepted: ColumnIndex
  private let hasAccepted: Bool
  /// The names of the target's columns that belong to a column of the source.
  private var claimed: Set<NameKey> = []

  init(_ judgement: Judgement, target: TableSchema) {
    let oid = judgement.source.oid
    sourceTable = judgement.source
    targetTable = target
    source = ColumnIndex(judgement.source)
    baseline = ColumnIndex(judgement.baseline.flatMap { $0.oid == oid ? $0 : nil })
    let now = judgement.current.flatMap { $0.oid == oid ? $0 : nil }
    current = ColumnIndex(now)
    hasCurrent = now != nil
    self.target = ColumnIndex(target)
    let accepted = judgement.acceptedTarget.flatMap { $0.oid == target.oid ? $0 : nil }
    self.accepted = ColumnIndex(accepted)
    hasAccepted = accepted != nil
  }

  // MARK: Columns of the source

  mutating func matchSource() -> [SourceColumnMatch] {
    let carried = sourceTable.carriedColumns.map { NameKey($0.name) }
    let ordinals = Dictionary(
      carried.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    var fates: [NameKey: SourceColumnMatch.Fate] = [:]
    for column in sourceTable.columns.sorted(by: { rank($0) < rank($1) }) {
      let fate = fate(of: column)
      fates[NameKey(column.name)] = fate
      if let name = SourceColumnMatch(column: column, fate: fate).target?.name { claimed.insert(NameKey(name)) }
    }
    return sourceTable.columns.map { column in
      let key = NameKey(column.name)
      return SourceColumnMatch(column: column, ordinal: ordinals[key], fate: fates[key] ?? .missing)
    }
  }

  /// Columns that are where they belong come first, then the renamed ones, then the new ones.
  private func rank(_ column: ColumnSchema) -> Int {
    guard let former = baseline.numbered(column.attributeNumber) else { return 2 }
    return former.name.isSameName(as: column.name) || isRenamedOnTarget(column, seen: []) ? 0 : 1
  }

  private func fate(of column: ColumnSchema) -> SourceColumnMatch.Fate {
    if let former = baseline.numbered(column.attributeNumber) {
      return former.name.isSameName(as: column.name)
        ? fateOfUnchangedName(column) : fateOfRenamed(column, former: former)
    }
    let former = baseline.named(column.name)
    if let former, former.attributeNumber != 0, column.attributeNumber != 0,
      source.numbered(former.attributeNumber) == nil
    {
      return fateOfReplaced(column)
    }
    return unclaimed(column.name).map { .mapped($0) } ?? later(column) ?? .missing
  }

  private func fateOfUnchangedName(_ column: ColumnSchema) -> SourceColumnMatch.Fate {
    if hasAccepted, let original = originalTargetColumn(of: column.name) { return .mapped(original) }
    guard let found = unclaimed(column.name) else { return later(column) ?? .missing }
    guard let now = current.numbered(column.attributeNumber) else {
      // Dropped since. If another column has its name now, the target may have that one already.
      let isTaken = hasCurrent && current.named(column.name) != nil
      return isTaken && hasAccepted ? .goesAway : .mapped(found)
    }
    let isRenamedLater = !now.name.isSameName(as: column.name)
    let isAmbiguous = isRenamedLater && target.named(now.name) != nil && baseline.named(now.name) != nil
    return isAmbiguous && !hasAccepted ? .renamed(found) : .mapped(found)
  }

  private func fateOfRenamed(_ column: ColumnSchema, former: ColumnSchema) -> SourceColumnMatch.Fate {
    if hasAccepted {
      guard let original = originalTargetColumn(of: former.name) else {
        return unclaimed(column.name).map { .mapped($0) } ?? .missing
      }
      let isDone = original.name.isSameName(as: column.name)
      let isAhead = current.numbered(column.attributeNumber)?.name.isSameName(as: original.name) == true
      return isDone || isAhead ? .mapped(original) : .renamed(original)
    }
    if isRenamedOnTarget(column, seen: []), let found = unclaimed(column.name) { return .mapped(found) }
    if let old = unclaimed(former.name) { return .renamed(old) }
    return later(column) ?? .missing
  }

  private func fateOfReplaced(_ column: ColumnSchema) -> SourceColumnMatch.Fate {
    guard let found = unclaimed(column.name) else { return later(column) ?? .missing }
    if hasAccepted, originalTargetColumn(of: column.name)?.attributeNumber != found.attributeNumber {
      return .mapped(found)
    }
    return .replaced(found)
  }

  /// True if the target has the column under its new name, and its old name is gone or belongs to another column.
  private func isRenamedOnTarget(_ column: ColumnSchema, seen: Set<NameKey>) -> Bool {
    guard let former = baseline.numbered(column.attributeNumber), target.named(column.name) != nil else { return false }
    guard target.named(former.name) != nil else { return true }
    guard let heir = source.named(former.name), !seen.contains(NameKey(column.name)) else { return false }
    guard baseline.numbered(heir.attributeNumber) != nil else { return true }
    return isRenamedOnTarget(heir, seen: seen.union([NameKey(column.name)]))
  }

  /// Where a column is that the target lacks, if the source's catalog is ahead: gone, or under a newer name.
  private func later(_ column: ColumnSchema) -> SourceColumnMatch.Fate? {
    guard hasCurrent else { return nil }
    let now =
      column.attributeNumber != 0 ? current.numbered(column.attributeNumber) : current.named(column.name)
    guard let now else { return mayHaveAnotherName(column) ? nil : .goesAway }
    guard !now.name.isSameName(as: column.name) else { return nil }
    return unclaimed(now.name).map { .mapped($0) }
  }

  /// True if a column whose number is not known may be one that the catalog has under a newer name: then its values must
  /// not be taken for those of a column that is gone.
  private func mayHaveAnotherName(_ column: ColumnSchema) -> Bool {
    column.attributeNumber == 0
      && current.columns.contains { now in
        source.numbered(now.attributeNumber) == nil && source.named(now.name) == nil && now.generated == nil
      }
  }

  /// The target's column that had this name at the last acceptance, whatever its name is today.
  private func originalTargetColumn(of name: String) -> ColumnSchema? {
    accepted.named(name).flatMap { target.numbered($0.attributeNumber) }
  }

  private func unclaimed(_ name: String) -> ColumnSchema? {
    claimed.contains(NameKey(name)) ? nil : target.named(name)
  }

  // MARK: Columns of the target

  func matchTarget() -> [TargetColumnMatch] {
    targetTable.columns.filter { !claimed.contains(NameKey($0.name)) }.map {
      TargetColumnMatch(column: $0, origin: origin(of: $0))
    }
  }

  private func origin(of column: ColumnSchema) -> TargetColumnMatch.Origin {
    if let later = current.named(column.name), isUnknownToSource(later) { return .arrivesLater }
    let formerName = hasAccepted ? accepted.numbered(column.attributeNumber)?.name : column.name
    guard let formerName, let former = baseline.named(formerName) else { return .own }
    return isUnknownToSource(former) ? .removedFromSource : .own
  }

  /// True if the shape that is judged does not have this column of another state of the same table.
  private func isUnknownToSource(_ column: ColumnSchema) -> Bool {
    if source.numbered(column.attributeNumber) != nil { return false }
    guard let namesake = source.named(column.name) else { return true }
    return namesake.attributeNumber != 0 && column.attributeNumber != 0
  }
}
