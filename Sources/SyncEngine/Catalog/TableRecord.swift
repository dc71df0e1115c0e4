import LogicalReplication
import PostgresTypes
import SchemaDrift

/// A row of `pgsyncd.tables`: a replicated table, its state, and the schema that was last accepted for it.
public struct TableRecord: Sendable {
  /// Why a table is stopped.
  public enum StopKind: String, Hashable, Sendable, CaseIterable {
    /// A verdict blocked it.
    case schemaMismatch = "schema_mismatch"
    /// A change could not be applied.
    case applyError = "apply_error"
    /// An automatic migration waits for `schema approve`.
    case pendingApproval = "pending_approval"
    /// The operator wanted it.
    case paused
  }

  /// The table's identity: its OID on the source.
  public var sourceOID: OID
  /// Its name when it was last judged.
  public var name: QualifiedName
  /// Its state.
  public var state: TableState
  /// Why it is stopped; also while it catches up afterwards.
  public var stopKind: StopKind?
  /// The reason code (``SchemaDrift/ReasonCode``) behind the stop.
  public var reason: String?
  /// The reason in one sentence.
  public var error: String?
  /// What to do, in one sentence.
  public var resolution: String?
  /// The statements that fix it.
  public var fix: [String]
  /// The whole message that was shown, line by line.
  public var message: [String]
  /// When it stopped.
  public var stoppedAt: PostgresTimestamp?
  /// The commit position of the transaction of the first parked change.
  public var stoppedAtLSN: LSN?
  /// Everything of this table up to here is applied; nil for a table that is where its worker is.
  public var appliedLSN: LSN?
  /// What an operator should know although the table goes on.
  public var warnings: [String]
  /// What an override lets go at present, in a sentence each.
  public var acceptedLosses: [String]
  /// Set if rows may differ between the sides, and why.
  public var needsRepair: String?
  /// Set if the rows that are there cannot be gone on with, so that the table resumes with a copy.
  public var copyNeed: CopyNeed?
  /// The source's columns whose values in existing rows may differ.
  public var staleColumns: [String] = []
  /// The source's columns that are read again before the table streams.
  public var backfillColumns: [String] = []
  /// What `resume` was allowed for this table, and what stays allowed.
  public var overrides: PolicyOverrides
  /// The source's table as it was last judged and accepted.
  public var sourceSchema: TableSchema
  /// The fingerprint of ``sourceSchema``.
  public var sourceFingerprint: SchemaFingerprint
  /// The target's table when the source's was last accepted; nil if there was none.
  public var targetSchema: TableSchema?
  /// The fingerprint of the target's table when it was last accepted.
  public var targetFingerprint: SchemaFingerprint?
  /// The RELATION message that was last accepted; nil until the first one arrives.
  public var wireShape: [UInt8]?

  /// A table as setup stores it: pending, with nothing to say against it.
  public init(
    source: TableSchema, sourceFingerprint: SchemaFingerprint, targetFingerprint: SchemaFingerprint?,
    state: TableState = .pending, warnings: [String] = [], acceptedLosses: [String] = [],
    overrides: PolicyOverrides = .none
  ) {
    sourceOID = source.oid
    name = source.name
    self.state = state
    fix = []
    message = []
    self.warnings = warnings
    self.acceptedLosses = acceptedLosses
    self.overrides = overrides
    sourceSchema = source
    self.sourceFingerprint = sourceFingerprint
    self.targetFingerprint = targetFingerprint
  }
}
