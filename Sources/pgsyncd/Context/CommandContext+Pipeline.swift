import SyncConfiguration
import SyncEngine

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
    options.parkingMaxBytes = Int64(configuration.parkingBytesMax)
    return options
  }
}
