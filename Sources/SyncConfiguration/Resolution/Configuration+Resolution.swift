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
    case .list, .structure: preconditionFailure("a checked setting of a scalar key is a text")
    }
  }

  func list(_ key: ConfigurationKey) throws(ConfigurationError) -> [String]? {
    guard let setting = settings[key] else { return nil }
    switch setting.value {
    case .list(let list): return list
    case .unresolved(let variable): throw unset(variable, key, setting)
    case .text, .structure: preconditionFailure("a checked setting of a list key is a list")
    }
  }

  func integer(_ key: ConfigurationKey) throws(ConfigurationError) -> Int { Int(try text(key)) ?? 0 }

  func bytes(_ key: ConfigurationKey) throws(ConfigurationError) -> Int { ByteSize.bytes(try text(key)) ?? 0 }

  private func unset(_ variable: String, _ key: ConfigurationKey, _ setting: RawSetting) -> ConfigurationError {
    ConfigurationError(
      "'\(key.rawValue)' refers to the environment variable \(variable), which is not set", at: setting.origin,
      key: key.rawValue)
  }
}
