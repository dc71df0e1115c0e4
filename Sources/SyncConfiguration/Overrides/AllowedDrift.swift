import SchemaDrift

/// A whole kind of drift that is allowed at once (`--allow-schema-drift`).
enum AllowedDrift: String, CaseIterable {
  /// The source may have more columns than the target.
  case sourceSuperset = "source_superset"
  /// The target may have more columns than the source, also such as the source has dropped.
  case targetSuperset = "target_superset"
  /// Types may differ.
  case typeCasts = "type_casts"
  /// All of these.
  case all

  /// True if values that reach the target may be others than the source's.
  var losesValues: Bool { self == .typeCasts || self == .all }

  /// The same as settings.
  var overrides: PolicyOverrides {
    switch self {
    case .sourceSuperset: PolicyOverrides(sourceAddedColumns: .skip)
    case .targetSuperset: PolicyOverrides(targetAddedColumns: .allow, sourceRemovedColumns: .preserve)
    case .typeCasts: PolicyOverrides(typeMismatches: .castAlways)
    case .all:
      PolicyOverrides(
        sourceAddedColumns: .skip, targetAddedColumns: .allow, sourceRemovedColumns: .preserve,
        typeMismatches: .castAlways)
    }
  }
}
