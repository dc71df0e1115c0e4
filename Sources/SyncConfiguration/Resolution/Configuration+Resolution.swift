import SchemaDrift

extension Configuration {
  /// Puts the layers together: a flag counts before the environment, that before the file, and that before the default.
  public init(
    flags: SettingLayer, environment: SettingLayer, file: SettingLayer
  ) throws(ConfigurationError) {
    let merged = file.settings
      .merging(environment.settings) { _, above in above }
      .merging(flags.settings) { _, above in above }
    for (key, setting) in merged.sorted(by: { $0.key.rawValue < $1.key.rawValue }) { try key.check(setting) }
    let values = ResolvedValues(settings: merged)

    source = try values.connection(.source)
    target = try values.connection(.target)
    pipeline = try values.text(.pipeline)
    let defaultName = pipeline == "pgsyncd" ? "pgsyncd" : "pgsyncd_\(pipeline)"
    publication = try values.text(.publication, default: defaultName)
    slot = try values.text(.slot, default: defaultName)
    tables = TableSelection(include: try values.list(.tablesInclude), exclude: try values.list(.tablesExclude))
    copyWorkers = try values.integer(.copyWorkers)
    splitTablesLargerThanBytes = try values.bytes(.copySplitTablesLargerThan)
    batchBytesMax = try values.bytes(.applyMaxBatchBytes)
    memoryBytes = try values.bytes(.applyMemory)
    parkingBytesMax = try values.bytes(.parkingMaxBytes)
    resyncsAtParkingLimit = try values.text(.parkingOnLimit) == "resync"
    flagOverrides = flags.overrides
    fileOverrides = try ResolvedValues(settings: file.settings).overrides()
    validationInterval = .milliseconds(TimeSpan.milliseconds(try values.text(.schemaValidationInterval)) ?? 60_000)
    autoResume = try values.flag(.schemaAutoResume)
    migration = MigrationPolicy(
      isOn: try values.flag(.schemaAutoMigrate), requiresApproval: try values.flag(.schemaRequireApproval))
    if let changes = try values.list(.schemaAutoMigrateTypes) {
      migration.changes = Set(changes.compactMap(MigrationPolicy.Change.init))
    }
    let listen = try values.text(.httpListen)
    httpListen = listen == "off" ? .off : .address(listen)
    isHTTPListenGiven = merged[.httpListen] != nil
    metricsNamespace = try values.text(.metricsNamespace)
    metricsDeployment = try values.text(.metricsDeployment)
    logLevel = LogLevel(rawValue: try values.text(.logLevel)) ?? .info
    logFormat = LogFormat(rawValue: try values.text(.logFormat)) ?? .text
    guard batchBytesMax <= memoryBytes else {
      throw ConfigurationError(
        "'apply.max_batch_bytes' (\(ByteSize.text(batchBytesMax))) is more than 'apply.memory' "
          + "(\(ByteSize.text(memoryBytes)))", at: merged[.applyMaxBatchBytes]?.origin ?? merged[.applyMemory]?.origin,
        key: ConfigurationKey.applyMaxBatchBytes.rawValue, allowed: "a size up to 'apply.memory'")
    }
  }
}

/// Typed access to settings that were checked against their rules.
private struct ResolvedValues {
  var settings: [ConfigurationKey: RawSetting]

  func connection(_ key: ConfigurationKey) throws(ConfigurationError) -> ConnectionString? {
    guard let setting = settings[key] else { return nil }
    return ConnectionString(secretText: try text(key), origin: setting.origin)
  }

  func text(_ key: ConfigurationKey, default fallback: String? = nil) throws(ConfigurationError) -> String {
    guard let setting = settings[key] else { return fallback ?? key.defaultText ?? "" }
    switch setting.value {
    case .text(let text): return text
    case .unresolved(let variable): throw unset(variable, key, setting)
    case .list, .overrides, .structure: preconditionFailure("a checked setting of a scalar key is a text")
    }
  }

  func list(_ key: ConfigurationKey) throws(ConfigurationError) -> [String]? {
    guard let setting = settings[key] else { return nil }
    switch setting.value {
    case .list(let list): return list
    case .unresolved(let variable): throw unset(variable, key, setting)
    case .text, .overrides, .structure: preconditionFailure("a checked setting of a list key is a list")
    }
  }

  func integer(_ key: ConfigurationKey) throws(ConfigurationError) -> Int { Int(try text(key)) ?? 0 }

  func bytes(_ key: ConfigurationKey) throws(ConfigurationError) -> Int { ByteSize.bytes(try text(key)) ?? 0 }

  func flag(_ key: ConfigurationKey) throws(ConfigurationError) -> Bool { try text(key) == "true" }

  /// What these settings say of schemas that differ; what is not set says nothing.
  func overrides() throws(ConfigurationError) -> OverrideLayer {
    let general = PolicyOverrides(
      validation: try word(.schemaValidation), sourceAddedColumns: try word(.schemaSourceAddedColumns),
      targetAddedColumns: try word(.schemaTargetAddedColumns),
      sourceRemovedColumns: try word(.schemaSourceRemovedColumns), typeMismatches: try word(.schemaTypeMismatches),
      safeCastsAllowed: settings[.schemaSafeCastsAllowed] == nil ? nil : try flag(.schemaSafeCastsAllowed),
      newTables: try word(.schemaNewTables),
      timezone: settings[.schemaTimezone] == nil ? nil : try text(.schemaTimezone))
    var layer = OverrideLayer(general: general)
    if case .overrides(let tables)? = settings[.schemaTableOverrides]?.value { layer.tables = tables }
    return layer
  }

  private func word<Word: RawRepresentable<String>>(_ key: ConfigurationKey) throws(ConfigurationError) -> Word? {
    settings[key] == nil ? nil : Word(rawValue: try text(key))
  }

  private func unset(_ variable: String, _ key: ConfigurationKey, _ setting: RawSetting) -> ConfigurationError {
    ConfigurationError(
      "'\(key.rawValue)' refers to the environment variable \(variable), which is not set", at: setting.origin,
      key: key.rawValue)
  }
}
