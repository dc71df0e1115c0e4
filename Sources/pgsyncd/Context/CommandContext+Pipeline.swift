import SyncConfiguration
import SyncEngine

extension Configuration {
  /// What a running service can be given anew.
  var liveSettings: LiveSettings {
    var live = LiveSettings()
    live.policies = policies
    live.validationInterval = validationInterval
    live.autoResume = autoResume
    live.migration = migration
    live.parkingMaxBytes = Int64(parkingBytesMax)
    live.resyncsAtParkingLimit = resyncsAtParkingLimit
    return live
  }
}

extension CommandContext {
  /// What the engine is told, as far as it stands in the settings.
  func pipelineOptions() throws -> PipelineOptions {
    var options = PipelineOptions(
      source: try sourceSettings(), target: try targetSettings(), pipeline: configuration.pipeline,
      publication: configuration.publication, slot: configuration.slot)
    if let include = configuration.tables.include { options.tables = try TablePatterns(include: include) }
    // No exclusion at all is no pattern; an empty list of patterns would mean all tables.
    if let exclude = configuration.tables.exclude, !exclude.isEmpty {
      options.excludedTables = try TablePatterns(include: exclude)
    }
    options.copyWorkers = configuration.copyWorkers
    options.splitTablesLargerThanBytes = configuration.splitTablesLargerThanBytes
    options.maxBatchBytes = configuration.batchBytesMax
    options.memoryBytes = configuration.memoryBytes
    options.live = configuration.liveSettings
    return options
  }
}
