/// Which drift is carried out on the target by itself: `auto_migrate` and its companions in `pgsyncd.yaml`.
public struct MigrationPolicy: Hashable, Sendable {
  /// A kind of drift that can be allowed.
  public enum Change: String, Hashable, Sendable, CaseIterable {
    /// A column that the source has gained.
    case addColumn = "add_column"
    /// A type that holds every value of the target's.
    case safeTypeChange = "safe_type_change"
    /// A column that the source has renamed.
    case renameColumn = "rename_column"
    /// A table that the source has gained.
    case createTable = "create_table"
    /// A column that the source has dropped.
    case dropColumn = "drop_column"
  }

  /// Whether anything is carried out at all (`auto_migrate`).
  public var isOn: Bool
  /// What may be (`auto_migrate_types`).
  public var changes: Set<Change>
  /// Whether an operator has to approve it first (`require_approval`).
  public var requiresApproval: Bool

  /// Puts a policy together; what is not given is the default.
  public init(
    isOn: Bool = false, changes: Set<Change> = [.addColumn, .safeTypeChange], requiresApproval: Bool = true
  ) {
    self.isOn = isOn
    self.changes = changes
    self.requiresApproval = requiresApproval
  }
}
