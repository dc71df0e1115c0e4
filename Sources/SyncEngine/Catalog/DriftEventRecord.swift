import PostgresTypes
import SchemaDrift

/// A row of `pgsyncd.drift_events`: one drift that was judged.
public struct DriftEventRecord: Hashable, Sendable {
  /// Its number; nil in an event that is not stored yet.
  public var id: Int64?
  /// The table.
  public var sourceOID: OID
  /// The table's name at that moment.
  public var name: QualifiedName
  /// When it was judged; nil in an event that is not stored yet.
  public var occurredAt: PostgresTimestamp?
  /// Where in the stream; nil if no change of the stream was the cause.
  public var lsn: LSN?
  /// Seconds from the source's commit to the record; nil if no change of the stream was the cause.
  public var detectionSeconds: Double?
  /// The fingerprint before.
  public var oldFingerprint: SchemaFingerprint?
  /// The fingerprint after.
  public var newFingerprint: SchemaFingerprint?
  /// What was decided.
  public var verdict: CompatibilityVerdict.Outcome
  /// The reason code of the heaviest finding.
  public var reason: String?
  /// The whole message, line by line.
  public var message: [String]
  /// When it was resolved; nil while it is not.
  public var resolvedAt: PostgresTimestamp?
  /// What resolved it.
  public var resolution: String?

  /// An event that is to be stored.
  public init(
    sourceOID: OID, name: QualifiedName, lsn: LSN? = nil, detectionSeconds: Double? = nil,
    oldFingerprint: SchemaFingerprint? = nil, newFingerprint: SchemaFingerprint? = nil,
    verdict: CompatibilityVerdict.Outcome, reason: String? = nil, message: [String] = []
  ) {
    self.sourceOID = sourceOID
    self.name = name
    self.lsn = lsn
    self.detectionSeconds = detectionSeconds
    self.oldFingerprint = oldFingerprint
    self.newFingerprint = newFingerprint
    self.verdict = verdict
    self.reason = reason
    self.message = message
  }
}
