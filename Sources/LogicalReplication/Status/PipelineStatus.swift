import PostgresTypes

/// Everything that `pgsyncd status` tells of a pipeline. Its JSON form is part of the product's contract.
public struct PipelineStatus: Hashable, Sendable {
  /// The pipeline's name.
  public var pipeline: String
  /// The publication that it follows.
  public var publication: String
  /// `set_up`, `copying` or `streaming` (`pgsyncd.pipelines.phase`).
  public var phase: String
  /// The process that leads it.
  public var service: ServiceStatus
  /// Its slot on the source.
  public var slot: SlotStatus
  /// Everything up to here is durable on the target, applied or parked.
  public var appliedLSN: LSN?
  /// The source's newest known position.
  public var sourceLSN: LSN?
  /// WAL between the two, in bytes; nil if it is not known.
  public var lagBytes: Int64?
  /// How old the target's state is, in seconds; nil if it is not known.
  public var lagSeconds: Double?
  /// When this was read.
  public var observedAt: PostgresTimestamp
  /// The tables, by name.
  public var tables: [TableStatus]

  /// Puts a status together; positions and lag are not known yet.
  public init(
    pipeline: String, publication: String, phase: String, service: ServiceStatus, slot: SlotStatus,
    observedAt: PostgresTimestamp, tables: [TableStatus]
  ) {
    self.pipeline = pipeline
    self.publication = publication
    self.phase = phase
    self.service = service
    self.slot = slot
    self.observedAt = observedAt
    self.tables = tables
  }
}

extension PipelineStatus: Codable {
  private enum CodingKeys: String, CodingKey {
    case pipeline, publication, phase, service, slot, tables
    case appliedLSN = "applied_lsn"
    case sourceLSN = "source_lsn"
    case lagBytes = "lag_bytes"
    case lagSeconds = "lag_seconds"
    case observedAt = "observed_at"
  }

  /// Writes every key of the contract.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pipeline, forKey: .pipeline)
    try container.encode(publication, forKey: .publication)
    try container.encode(phase, forKey: .phase)
    try container.encode(service, forKey: .service)
    try container.encode(slot, forKey: .slot)
    try container.encode(appliedLSN?.description, forKey: .appliedLSN)
    try container.encode(sourceLSN?.description, forKey: .sourceLSN)
    try container.encode(lagBytes, forKey: .lagBytes)
    try container.encode(lagSeconds, forKey: .lagSeconds)
    try container.encode(observedAt.iso8601, forKey: .observedAt)
    try container.encode(tables, forKey: .tables)
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let observedAt = PostgresTimestamp(iso8601: try container.decode(String.self, forKey: .observedAt))
    self.init(
      pipeline: try container.decode(String.self, forKey: .pipeline),
      publication: try container.decode(String.self, forKey: .publication),
      phase: try container.decode(String.self, forKey: .phase),
      service: try container.decode(ServiceStatus.self, forKey: .service),
      slot: try container.decode(SlotStatus.self, forKey: .slot),
      observedAt: observedAt ?? PostgresTimestamp(rawValue: 0),
      tables: try container.decode([TableStatus].self, forKey: .tables))
    appliedLSN = try container.decodeIfPresent(String.self, forKey: .appliedLSN).flatMap { LSN($0) }
    sourceLSN = try container.decodeIfPresent(String.self, forKey: .sourceLSN).flatMap { LSN($0) }
    lagBytes = try container.decodeIfPresent(Int64.self, forKey: .lagBytes)
    lagSeconds = try container.decodeIfPresent(Double.self, forKey: .lagSeconds)
  }
}
