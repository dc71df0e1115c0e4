import LogicalReplication
import PostgresTypes
import SchemaDrift

/// The drifts that a pipeline has seen, oldest first: what `schema history` prints.
public struct DriftHistory: Hashable, Sendable {
  /// One drift.
  public struct Event: Hashable, Sendable {
    /// Its number.
    public var id: Int64
    /// The table's name at that moment.
    public var table: QualifiedName
    /// When it was judged.
    public var occurredAt: PostgresTimestamp?
    /// Where in the stream: the commit position of the transaction; nil if no change of the stream was the cause.
    public var lsn: LSN?
    /// Seconds from the source's commit to the judgement.
    public var detectionSeconds: Double?
    /// The source's fingerprint before.
    public var oldFingerprint: SchemaFingerprint?
    /// The source's fingerprint after.
    public var newFingerprint: SchemaFingerprint?
    /// What was decided.
    public var verdict: CompatibilityVerdict.Outcome
    /// The reason code of the heaviest finding.
    public var reason: String?
    /// The whole message, line by line.
    public var message: [String]
    /// When it was resolved; nil while it is not, or if there was nothing to resolve.
    public var resolvedAt: PostgresTimestamp?
    /// What resolved it.
    public var resolution: String?

    /// Puts an event together.
    public init(
      id: Int64, table: QualifiedName, occurredAt: PostgresTimestamp?, lsn: LSN?, detectionSeconds: Double?,
      oldFingerprint: SchemaFingerprint?, newFingerprint: SchemaFingerprint?,
      verdict: CompatibilityVerdict.Outcome, reason: String?, message: [String], resolvedAt: PostgresTimestamp?,
      resolution: String?
    ) {
      self.id = id
      self.table = table
      self.occurredAt = occurredAt
      self.lsn = lsn
      self.detectionSeconds = detectionSeconds
      self.oldFingerprint = oldFingerprint
      self.newFingerprint = newFingerprint
      self.verdict = verdict
      self.reason = reason
      self.message = message
      self.resolvedAt = resolvedAt
      self.resolution = resolution
    }
  }

  /// The pipeline's name.
  public var pipeline: String
  /// The drifts, oldest first.
  public var events: [Event]

  /// Puts a history together.
  public init(pipeline: String, events: [Event]) {
    self.pipeline = pipeline
    self.events = events
  }
}

extension DriftHistory: Encodable {
  private enum CodingKeys: String, CodingKey { case pipeline, events }

  /// Writes the pipeline's name and its events.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pipeline, forKey: .pipeline)
    try container.encode(events, forKey: .events)
  }
}

extension DriftHistory.Event: Encodable {
  private enum CodingKeys: String, CodingKey {
    case id, table, lsn, verdict, reason, message, resolution
    case occurredAt = "occurred_at"
    case detectionSeconds = "detection_seconds"
    case oldFingerprint = "old_fingerprint"
    case newFingerprint = "new_fingerprint"
    case resolvedAt = "resolved_at"
  }

  /// Writes every key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(table.sql, forKey: .table)
    try container.encode(occurredAt?.iso8601, forKey: .occurredAt)
    try container.encode(lsn?.description, forKey: .lsn)
    try container.encode(detectionSeconds, forKey: .detectionSeconds)
    try container.encode(oldFingerprint?.hex, forKey: .oldFingerprint)
    try container.encode(newFingerprint?.hex, forKey: .newFingerprint)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(reason, forKey: .reason)
    try container.encode(message, forKey: .message)
    try container.encode(resolvedAt?.iso8601, forKey: .resolvedAt)
    try container.encode(resolution, forKey: .resolution)
  }
}
