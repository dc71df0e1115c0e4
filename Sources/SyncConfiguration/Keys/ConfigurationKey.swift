/// Every key of `pgsyncd.yaml`, by its whole path.
public enum ConfigurationKey: String, CaseIterable, Sendable {
  /// The source database.
  case source
  /// The target database.
  case target
  /// The name of the pipeline.
  case pipeline
  /// The publication on the source.
  case publication
  /// The replication slot on the source.
  case slot
  /// Patterns of the tables to replicate.
  case tablesInclude = "tables.include"
  /// Patterns of the tables not to replicate.
  case tablesExclude = "tables.exclude"
  /// How many tables, or pieces of tables, are copied at the same time.
  case copyWorkers = "copy.workers"
  /// From which size on a table is copied in pieces.
  case copySplitTablesLargerThan = "copy.split_tables_larger_than"
  /// How many connections apply changes.
  case applyWorkers = "apply.workers"
  /// How much data one target transaction may take together.
  case applyMaxBatchBytes = "apply.max_batch_bytes"
  /// How much data may be held in memory.
  case applyMemory = "apply.memory"
  /// How much may be parked for one table.
  case parkingMaxBytes = "parking.max_bytes"
  /// What happens when that is reached.
  case parkingOnLimit = "parking.on_limit"
  /// How strictly schemas are compared.
  case schemaValidation = "schema.validation"
  /// How often the catalogs are compared.
  case schemaValidationInterval = "schema.validation_interval"
  /// A column that only the source has.
  case schemaSourceAddedColumns = "schema.source_added_columns"
  /// A column that only the target has.
  case schemaTargetAddedColumns = "schema.target_added_columns"
  /// A column that the source no longer has.
  case schemaSourceRemovedColumns = "schema.source_removed_columns"
  /// A column whose types differ.
  case schemaTypeMismatches = "schema.type_mismatches"
  /// Whether lossless casts go on.
  case schemaSafeCastsAllowed = "schema.safe_casts_allowed"
  /// A table that is new in the publication.
  case schemaNewTables = "schema.new_tables"
  /// The time zone that timestamps without one are in.
  case schemaTimezone = "schema.timezone"
  /// Whether a stopped table resumes by itself.
  case schemaAutoResume = "schema.auto_resume"
  /// Whether drift is migrated on the target.
  case schemaAutoMigrate = "schema.auto_migrate"
  /// Which kinds of drift are.
  case schemaAutoMigrateTypes = "schema.auto_migrate_types"
  /// Whether a migration waits for approval.
  case schemaRequireApproval = "schema.require_approval"
  /// Overrides of single tables.
  case schemaTableOverrides = "schema.table_overrides"
  /// Where metrics and health are served.
  case httpListen = "http.listen"
  /// The `namespace` label of the metrics.
  case metricsNamespace = "metrics.namespace"
  /// The `deployment` label of the metrics.
  case metricsDeployment = "metrics.deployment"
  /// How much is logged.
  case logLevel = "log.level"
  /// In which form.
  case logFormat = "log.format"
}

extension ConfigurationKey {
  /// The section that the key stands in; nil at the top level.
  var section: String? {
    guard let dot = rawValue.firstIndex(of: ".") else { return nil }
    return String(rawValue[..<dot])
  }

  /// The key inside its section.
  var name: String { rawValue.split(separator: ".").last.map(String.init) ?? rawValue }

  /// The keys of a section, or of the top level, in the order of the documentation. Sections count as keys.
  static func names(in section: String?) -> [String] {
    var names: [String] = []
    for key in allCases {
      let name = section == nil ? key.section ?? key.rawValue : key.name
      if key.section == section || section == nil, names.last != name { names.append(name) }
    }
    return names
  }

  /// The names of all sections.
  static let sections = Set(allCases.compactMap(\.section))
}
