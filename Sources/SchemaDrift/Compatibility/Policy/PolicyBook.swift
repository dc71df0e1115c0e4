import PostgresTypes

/// The policies of a pipeline: what flags and file say of all tables and of single ones.
///
/// Precedence, strongest first: a flag, what `resume` has stored for the table, the table's entry in `table_overrides`,
/// the file's `schema` section, the default. Inside a layer what is said of a table wins over what is said of all.
public struct PolicyBook: Hashable, Sendable {
  /// One place where overrides are written.
  public struct Layer: Hashable, Sendable {
    /// What is said of all tables.
    public var general: PolicyOverrides
    /// What is said of single tables.
    public var tables: [QualifiedName: PolicyOverrides]

    /// Puts a layer together.
    public init(general: PolicyOverrides = .none, tables: [QualifiedName: PolicyOverrides] = [:]) {
      self.general = general
      self.tables = tables
    }

    /// What this layer says of one table.
    public func overrides(for table: QualifiedName) -> PolicyOverrides {
      (tables[table] ?? .none).over(general)
    }
  }

  /// What the command line says.
  public var flags: Layer
  /// What `pgsyncd.yaml` says.
  public var file: Layer

  /// Puts a book together.
  public init(flags: Layer = Layer(), file: Layer = Layer()) {
    self.flags = flags
    self.file = file
  }

  /// The policy of one table.
  ///
  /// - Parameter stored: what `resume` has stored for it.
  public func policy(for table: QualifiedName, stored: PolicyOverrides = .none) -> DriftPolicy {
    let layers: [(place: PolicyPlace, overrides: PolicyOverrides)] = [
      (.flag, flags.overrides(for: table)), (.stored, stored), (.tableOverrides, file.tables[table] ?? .none),
      (.schemaSection, file.general),
    ]
    var policy = layers.reversed().reduce(PolicyOverrides.none) { $1.overrides.over($0) }.policy
    policy.origin = PolicyOrigin(layers)
    return policy
  }
}
