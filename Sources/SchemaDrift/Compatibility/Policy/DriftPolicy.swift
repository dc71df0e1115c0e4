/// What the operator allows for one table: the overrides of the command line and the `schema` section of
/// `pgsyncd.yaml`, already merged. ``strict`` is the default of everything.
public struct DriftPolicy: Hashable, Sendable {
  /// `schema.validation`
  public enum Validation: String, Hashable, Sendable, Codable, CaseIterable {
    /// A mismatch stops the table.
    case strict
    /// A mismatch is warned of (`warn-only` on the command line).
    case permissive
    /// Nothing is judged; what cannot be applied still stops the table.
    case disabled
  }

  /// `schema.source_added_columns`
  public enum SourceAddedColumns: String, Hashable, Sendable, Codable, CaseIterable {
    /// Stop.
    case stop
    /// Go on while the new column is NULL; stop at the first value.
    case stopOnValue = "stop_on_value"
    /// Leave the column out.
    case skip
  }

  /// `schema.target_added_columns`
  public enum TargetAddedColumns: String, Hashable, Sendable, Codable, CaseIterable {
    /// Warn and go on.
    case allow
    /// Stop.
    case stop
  }

  /// `schema.source_removed_columns`
  public enum SourceRemovedColumns: String, Hashable, Sendable, Codable, CaseIterable {
    /// Stop.
    case stop
    /// Leave the target's values as they are; new rows get the column's default.
    case preserve
    /// Write NULL with every row that comes.
    case null
  }

  /// `schema.type_mismatches`
  public enum TypeMismatches: String, Hashable, Sendable, Codable, CaseIterable {
    /// Stop at unsafe ones.
    case stop
    /// Go on with safe ones, whatever `safe_casts_allowed` says.
    case castIfSafe = "cast_if_safe"
    /// Go on with every value that survives the round trip; stop at the first that does not.
    case castIfExact = "cast_if_exact"
    /// Cast whatever comes.
    case castAlways = "cast_always"
  }

  /// `schema.new_tables`
  public enum NewTables: String, Hashable, Sendable, Codable, CaseIterable {
    /// Stop: the table is parked from its first change.
    case stop
    /// Copy it, then stream it.
    case copy
    /// Leave it out.
    case ignore
  }

  /// Whether a mismatch stops, warns, or is not looked for.
  public var validation: Validation
  /// What to do with a column that only the source has.
  public var sourceAddedColumns: SourceAddedColumns
  /// What to do with a column that only the target has.
  public var targetAddedColumns: TargetAddedColumns
  /// What to do with a column that is gone from the source.
  public var sourceRemovedColumns: SourceRemovedColumns
  /// What to do where types differ.
  public var typeMismatches: TypeMismatches
  /// False: a provably lossless difference of types stops too.
  public var safeCastsAllowed: Bool
  /// What to do with a table that is new in the publication.
  public var newTables: NewTables
  /// The one time zone in which times without a zone are read.
  public var timezone: String
  /// Source columns to leave out (`--skip-columns`).
  public var skipColumns: Set<String>
  /// Target columns whose values stay when the source has dropped them (`--preserve-columns`).
  public var preserveColumns: Set<String>
  /// Target columns that are set to NULL when the source has dropped them (`--null-removed-columns`).
  public var nullRemovedColumns: Set<String>
  /// Columns whose values may be cast with loss, and to which type of the target (`--allow-type-cast`).
  public var allowTypeCasts: [String: String]
  /// Who said all this.
  public var origin = PolicyOrigin()

  /// Puts a policy together; what is not given is strict.
  public init(
    validation: Validation = .strict, sourceAddedColumns: SourceAddedColumns = .stop,
    targetAddedColumns: TargetAddedColumns = .allow, sourceRemovedColumns: SourceRemovedColumns = .stop,
    typeMismatches: TypeMismatches = .stop, safeCastsAllowed: Bool = true, newTables: NewTables = .stop,
    timezone: String = "UTC", skipColumns: Set<String> = [], preserveColumns: Set<String> = [],
    nullRemovedColumns: Set<String> = [], allowTypeCasts: [String: String] = [:]
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

  /// The defaults: whatever could lose or corrupt data stops the table.
  public static let strict = DriftPolicy()
}
