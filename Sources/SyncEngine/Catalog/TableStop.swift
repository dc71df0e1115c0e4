import PostgresTypes
import SchemaDrift

/// Everything that is stored of a table when it stops.
public struct TableStop: Hashable, Sendable {
  /// Why it stops.
  public var kind: TableRecord.StopKind
  /// The reason code, if a verdict or a failed change is the cause.
  public var reason: String?
  /// The reason codes of everything that blocks it, each once, for those who count; the first is ``reason``.
  public var reasons: [String]
  /// The reason in one sentence.
  public var error: String?
  /// What to do, in one sentence.
  public var resolution: String?
  /// The statements that fix it.
  public var fix: [String]
  /// The whole message, line by line.
  public var message: [String]
  /// The commit position of the transaction of the first change that is parked; nil if nothing is parked yet.
  public var lsn: LSN?
  /// The key of the row that cannot be applied, if one row is the cause; for `status` alone, never for a log.
  public var row: String?
  /// What the target said, if a change that it refused is the cause.
  public var refusal: Refusal?
  /// Everything of the table up to here is applied.
  public var appliedLSN: LSN?

  /// Puts a stop together.
  public init(
    kind: TableRecord.StopKind, reason: String? = nil, error: String? = nil, resolution: String? = nil,
    fix: [String] = [], message: [String] = [], lsn: LSN? = nil, appliedLSN: LSN? = nil
  ) {
    self.kind = kind
    self.reason = reason
    reasons = reason.map { [$0] } ?? []
    self.error = error
    self.resolution = resolution
    self.fix = fix
    self.message = message
    self.lsn = lsn
    self.appliedLSN = appliedLSN
  }
}
