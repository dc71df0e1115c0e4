import SchemaDrift

/// Everything that a command was told, after flags, environment, file and defaults were put together.
public struct Configuration: Sendable {
  /// The source database; nil if none was given.
  public var source: ConnectionString?
  /// The target database; nil if none was given.
  public var target: ConnectionString?
  /// The name of the pipeline.
  public var pipeline: String
  /// The publication on the source.
  public var publication: String
  /// The replication slot on the source.
  public var slot: String
  /// Which tables are replicated, as far as it was said.
  public var tables: TableSelection
  /// How many tables, or pieces of tables, are copied at the same time.
  public var copyWorkers: Int
  /// From which size on a table is copied in pieces, in bytes.
  public var splitTablesLargerThanBytes: Int
  /// How much one target transaction may take together, in bytes.
  public var batchBytesMax: Int
  /// How much may be held in memory, in bytes.
  public var memoryBytes: Int
  /// How much may be parked for one table, in bytes.
  public var parkingBytesMax: Int
  /// True if a table whose parked changes reach the limit gives them up and is copied anew; false if the stream rests.
  public var resyncsAtParkingLimit: Bool
  /// What the flags say of schemas that differ.
  public var flagOverrides: OverrideLayer
  /// What the file says of schemas that differ.
  public var fileOverrides: OverrideLayer
  /// How often the catalogs of both sides are compared.
  public var validationInterval: Duration
  /// True if a stopped table resumes by itself once the schemas fit.
  public var autoResume: Bool
  /// Which drift is carried out on the target by itself.
  public var migration: MigrationPolicy
  /// Where metrics and health are served.
  public var httpListen: HTTPListen
  /// True if the address was given, not the default.
  public var isHTTPListenGiven: Bool
  /// The `namespace` label of the metrics.
  public var metricsNamespace: String
  /// The `deployment` label of the metrics.
  public var metricsDeployment: String
  /// How much is logged.
  public var logLevel: LogLevel
  /// In which form.
  public var logFormat: LogFormat
}

extension Configuration {
  /// True if anything is said that names a table, a column, a type or a time zone.
  public var hasOverrides: Bool {
    [flagOverrides, fileOverrides].contains { !$0.tables.isEmpty || $0.general.timezone != nil }
  }

  /// What is allowed when schemas differ: flags over file.
  public var policies: PolicyBook { PolicyBook(flags: flagOverrides.policies, file: fileOverrides.policies) }

  /// The source database, or an error that says how to give it.
  public func requiredSource() throws(ConfigurationError) -> ConnectionString {
    guard let source else { throw Self.missing("source", flag: "--source", variable: "PGSYNCD_SOURCE") }
    return source
  }

  /// The target database, or an error that says how to give it.
  public func requiredTarget() throws(ConfigurationError) -> ConnectionString {
    guard let target else { throw Self.missing("target", flag: "--target", variable: "PGSYNCD_TARGET") }
    return target
  }

  private static func missing(_ side: String, flag: String, variable: String) -> ConfigurationError {
    ConfigurationError(
      "no \(side) database is given: use \(flag) URI, the environment variable \(variable), "
        + "or '\(side)' in pgsyncd.yaml", key: side)
  }
}
