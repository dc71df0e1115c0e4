import PostgresTypes
import SchemaDrift

/// Why a table stopped, as it is stored and shown.
public struct TableStop: Sendable {
  /// What kind of stop it is (`stop_kind` in the catalog).
  public enum Kind: String, Sendable {
    /// The two schemas do not fit.
    case schemaMismatch = "schema_mismatch"
    /// The target refused a change.
    case applyError = "apply_error"
    /// An automatic migration waits for approval.
    case pendingApproval = "pending_approval"
    /// The operator asked for it.
    case paused
  }

  /// The table's OID on the source.
  public var sourceOID: OID
  /// The table.
  public var table: QualifiedName
  /// What kind of stop it is.
  public var kind: Kind
  /// The reason code of the contract: `source_added_column`, `apply_error`, …
  public var reason: String
  /// What is wrong, in one sentence.
  public var error: String
  /// What to do, in one sentence.
  public var resolution: String
  /// The statements that fix it on the target.
  public var fix: [String]
  /// The whole message, line by line.
  public var message: [String]
  /// The commit position of the transaction of the first parked change; nil if no change was the cause.
  public var lsn: LSN?
  /// Seconds from the source's commit to the stop being durable; nil if no change was the cause.
  public var detectionSeconds: Double?
  /// The fingerprints of the source's table before and now.
  public var fingerprints: (old: String?, new: String?) = (nil, nil)

  /// Puts a stop together.
  public init(
    sourceOID: OID, table: QualifiedName, kind: Kind, reason: String, error: String, resolution: String,
    fix: [String] = [], message: [String], lsn: LSN? = nil
  ) {
    self.sourceOID = sourceOID
    self.table = table
    self.kind = kind
    self.reason = reason
    self.error = error
    self.resolution = resolution
    self.fix = fix
    self.message = message
    self.lsn = lsn
  }
}
