import PostgresTypes

/// A table has stopped: what is stored of it, and how long it took to notice.
public struct TableStopNotice: Sendable {
  /// The table's OID on the source.
  public var sourceOID: OID
  /// The table.
  public var table: QualifiedName
  /// What is stored of the stop.
  public var stop: TableStop
  /// Seconds from the source's commit to the decision; nil if no change of the stream was the cause.
  public var detectionSeconds: Double?

  /// Puts a notice together.
  public init(sourceOID: OID, table: QualifiedName, stop: TableStop, detectionSeconds: Double?) {
    self.sourceOID = sourceOID
    self.table = table
    self.stop = stop
    self.detectionSeconds = detectionSeconds
  }
}
