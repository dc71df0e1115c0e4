/// What one layer of settings says of a policy: the flags of a command, a section of `pgsyncd.yaml`, or what `resume`
/// has stored for a table. What is nil or empty says nothing.
public struct PolicyOverrides: Hashable, Sendable {
  /// ``DriftPolicy/validation``
  public var validation: DriftPolicy.Validation?
  /// ``DriftPolicy/sourceAddedColumns``
  public var sourceAddedColumns: DriftPolicy.SourceAddedColumns?
  /// ``DriftPolicy/targetAddedColumns``
  public var targetAddedColumns: DriftPolicy.TargetAddedColumns?
  /// ``DriftPolicy/sourceRemovedColumns``
  public var sourceRemovedColumns: DriftPolicy.SourceRemovedColumns?
  /// ``DriftPolicy/typeMismatches``
  public var typeMismatches: DriftPolicy.TypeMismatches?
  /// ``DriftPolicy/safeCastsAllowed``
  public var safeCastsAllowed: Bool?
  /// ``DriftPolicy/newTables``
  public var newTables: DriftPolicy.NewTables?
  /// ``DriftPolicy/timezone``
  public var timezone: String?
  /// ``DriftPolicy/skipColumns``
  public var skipColumns: Set<String>
  /// ``DriftPolicy/preserveColumns``
  public var preserveColumns: Set<String>
  /// ``DriftPolicy/nullRemovedColumns``
  public var nullRemovedColumns: Set<String>
  /// ``DriftPolicy/allowTypeCasts``
  public var allowTypeCasts: [String: String]

  /// Puts overrides together; what is not given says nothing.
  public init(
    validation: DriftPolicy.Validation? = nil, sourceAddedColumns: DriftPolicy.SourceAddedColumns? = nil,
    targetAddedColumns: DriftPolicy.TargetAddedColumns? = nil,
    sourceRemovedColumns: DriftPolicy.SourceRemovedColumns? = nil, typeMismatches: DriftPolicy.TypeMismatches? = nil,
    safeCastsAllowed: Bool? = nil, newTables: DriftPolicy.NewTables? = nil, timezone: String? = nil,
    skipColumns: Set<String> = [], preserveColumns: Set<String> = [], nullRemovedColumns: Set<String> = [],
    allowTypeCasts: [String: String] = [:]
  ) {
    self.validation = validation
    self.sourceAddedColumns = sourceAddedColumns
    self.targetAddedColumns = targetAddedColumns
    self.sourceRemovedColumns = sourceRemovedColumns
    self.typeMismatches = typeMismatches
    self.safeCastsAllowed = safeCastsAllowed
    self.newTables = newTables
    self.timezone = timezone
    self.skipColumns = skipColumns
    self.preserveColumns = preserveColumns
    self.nullRemovedColumns = nullRemovedColumns
    self.allowTypeCasts = allowTypeCasts
  }

  /// Says nothing.
  public static let none = PolicyOverrides()

  /// These overrides laid over others: where both choose, these win; columns that only the others name stay named.
  public func over(_ lower: PolicyOverrides) -> PolicyOverrides {
    // What is said here of a column ends whatever the others say of it.
    let named = skipColumns.union(preserveColumns).union(nullRemovedColumns).union(allowTypeCasts.keys)
    return PolicyOverrides(
      validation: validation ?? lower.validation, sourceAddedColumns: sourceAddedColumns ?? lower.sourceAddedColumns,
      targetAddedColumns: targetAddedColumns ?? lower.targetAddedColumns,
      sourceRemovedColumns: sourceRemovedColumns ?? lower.sourceRemovedColumns,
      typeMismatches: typeMismatches ?? lower.typeMismatches,
      safeCastsAllowed: safeCastsAllowed ?? lower.safeCastsAllowed, newTables: newTables ?? lower.newTables,
      timezone: timezone ?? lower.timezone, skipColumns: skipColumns.union(lower.skipColumns.subtracting(named)),
      preserveColumns: preserveColumns.union(lower.preserveColumns.subtracting(named)),
      nullRemovedColumns: nullRemovedColumns.union(lower.nullRemovedColumns.subtracting(named)),
      allowTypeCasts: allowTypeCasts.merging(lower.allowTypeCasts.filter { !named.contains($0.key) }) { mine, _ in mine
      })
  }

  /// These overrides with what a verdict has decided for columns that the source has dropped.
  ///
  /// Once such a shape is accepted nothing tells any more that the source ever had them, so the decision is kept by name.
  public func keepingRemovedColumns(of verdict: CompatibilityVerdict) -> PolicyOverrides {
    var kept = self
    kept.nullRemovedColumns.formUnion(verdict.nulledColumns)
    kept.preserveColumns.formUnion(verdict.keptColumns)
    return kept
  }

  /// The policy that these overrides make of the defaults.
  public var policy: DriftPolicy {
    let strict = DriftPolicy.strict
    return DriftPolicy(
      validation: validation ?? strict.validation, sourceAddedColumns: sourceAddedColumns ?? strict.sourceAddedColumns,
      targetAddedColumns: targetAddedColumns ?? strict.targetAddedColumns,
      sourceRemovedColumns: sourceRemovedColumns ?? strict.sourceRemovedColumns,
      typeMismatches: typeMismatches ?? strict.typeMismatches,
      safeCastsAllowed: safeCastsAllowed ?? strict.safeCastsAllowed, newTables: newTables ?? strict.newTables,
      timezone: timezone ?? strict.timezone, skipColumns: skipColumns, preserveColumns: preserveColumns,
      nullRemovedColumns: nullRemovedColumns, allowTypeCasts: allowTypeCasts)
  }
}
