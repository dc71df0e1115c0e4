import PostgresTypes

/// What `pgsyncd status` tells of one table. Its JSON form is part of the product's contract: keys are added, never
/// renamed, and every key is always there, with null where there is nothing to say.
public struct TableStatus: Hashable, Sendable {
  /// The table on the source.
  public var name: QualifiedName
  /// Its identity there, which outlives its name.
  public var sourceOID: OID
  /// How it fares.
  public var condition: TableCondition
  /// What its worker does.
  public var worker: TableState
  /// The reason code, such as `source_added_column`.
  public var reason: String?
  /// What is wrong, in one line.
  public var error: String?
  /// When it stopped.
  public var stoppedAt: PostgresTimestamp?
  /// The commit of the transaction that holds its first parked change.
  public var stoppedAtLSN: LSN?
  /// The key of the row that could not be applied, if one row is the cause: `id = 7`.
  public var stoppedAtRow: String?
  /// What to do, in one line.
  public var resolution: String?
  /// The SQL that sets it right, statement by statement.
  public var fix: [String] = []
  /// The message that was shown when it stopped, line by line.
  public var message: [String] = []
  /// How many changes are parked.
  public var parkedChanges: Int64 = 0
  /// How many bytes they take.
  public var parkedBytes: Int64 = 0
  /// Everything of this table up to here is applied.
  public var appliedLSN: LSN?
  /// Why rows may differ between the two sides; nil if they should not.
  public var needsRepair: String?
  /// What to know of it.
  public var warnings: [String] = []
  /// What an override let go, for ever.
  public var acceptedLosses: [LossStatus] = []
  /// What was done to the target's table.
  public var counters = RowCounters()

  /// Begins a table's status; what is not given is empty.
  public init(name: QualifiedName, sourceOID: OID, condition: TableCondition, worker: TableState) {
    self.name = name
    self.sourceOID = sourceOID
    self.condition = condition
    self.worker = worker
  }
}

extension TableStatus: Codable {
  private enum CodingKeys: String, CodingKey {
    case table
    case status
    case worker
    case reason
    case error
    case stoppedAt = "sync_stopped_at"
    case stoppedAtLSN = "stopped_at_lsn"
    case stoppedAtRow = "stopped_at_row"
    case resolution
    case fix
    case message
    case parkedChanges = "parked_changes"
    case parkedBytes = "parked_bytes"
    case appliedLSN = "applied_lsn"
    case rowsApplied = "rows_applied"
    case rows
    case needsRepair = "needs_repair"
    case warnings
    case acceptedLosses = "accepted_losses"
    case sourceOID = "source_oid"
  }

  /// Writes every key of the contract.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name.sql, forKey: .table)
    try container.encode(condition, forKey: .status)
    try container.encode(worker, forKey: .worker)
    try container.encode(reason, forKey: .reason)
    try container.encode(error, forKey: .error)
    try container.encode(stoppedAt?.iso8601, forKey: .stoppedAt)
    try container.encode(stoppedAtLSN?.description, forKey: .stoppedAtLSN)
    try container.encode(stoppedAtRow, forKey: .stoppedAtRow)
    try container.encode(resolution, forKey: .resolution)
    try container.encode(fix, forKey: .fix)
    try container.encode(message, forKey: .message)
    try container.encode(parkedChanges, forKey: .parkedChanges)
    try container.encode(parkedBytes, forKey: .parkedBytes)
    try container.encode(appliedLSN?.description, forKey: .appliedLSN)
    try container.encode(counters.rowsApplied, forKey: .rowsApplied)
    try container.encode(counters, forKey: .rows)
    try container.encode(needsRepair, forKey: .needsRepair)
    try container.encode(warnings, forKey: .warnings)
    try container.encode(acceptedLosses, forKey: .acceptedLosses)
    try container.encode(sourceOID.rawValue, forKey: .sourceOID)
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let table = try container.decode(String.self, forKey: .table)
    guard let name = QualifiedName(parsing: table) else {
      throw DecodingError.dataCorruptedError(forKey: .table, in: container, debugDescription: "not a table's name")
    }
    self.init(
      name: name, sourceOID: OID(rawValue: try container.decode(UInt32.self, forKey: .sourceOID)),
      condition: try container.decode(TableCondition.self, forKey: .status),
      worker: try container.decode(TableState.self, forKey: .worker))
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    error = try container.decodeIfPresent(String.self, forKey: .error)
    stoppedAt = try container.decodeIfPresent(String.self, forKey: .stoppedAt).flatMap(PostgresTimestamp.init(iso8601:))
    stoppedAtLSN = try container.decodeIfPresent(String.self, forKey: .stoppedAtLSN).flatMap { LSN($0) }
    stoppedAtRow = try container.decodeIfPresent(String.self, forKey: .stoppedAtRow)
    resolution = try container.decodeIfPresent(String.self, forKey: .resolution)
    fix = try container.decode([String].self, forKey: .fix)
    message = try container.decode([String].self, forKey: .message)
    parkedChanges = try container.decode(Int64.self, forKey: .parkedChanges)
    parkedBytes = try container.decode(Int64.self, forKey: .parkedBytes)
    appliedLSN = try container.decodeIfPresent(String.self, forKey: .appliedLSN).flatMap { LSN($0) }
    counters = try container.decode(RowCounters.self, forKey: .rows)
    needsRepair = try container.decodeIfPresent(String.self, forKey: .needsRepair)
    warnings = try container.decode([String].self, forKey: .warnings)
    acceptedLosses = try container.decode([LossStatus].self, forKey: .acceptedLosses)
  }
}
