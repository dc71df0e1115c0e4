import LogicalReplication
import SchemaDrift

/// Why a table is blocked by its schema, in the three words of `pgsyncd_tables_blocked_schema_total`.
public enum BlockedReason: String, CaseIterable, Sendable {
  /// Going on would drop values, or leave rows that differ.
  case dataLossRisk = "data_loss_risk"
  /// The types do not fit.
  case typeMismatch = "type_mismatch"
  /// The target wants a value that the source does not have.
  case targetNotNull = "target_not_null"

  /// The word for a table; nil if its schema does not block it.
  init?(_ table: TableStatus) {
    guard table.condition == .schemaMismatch || table.condition == .pendingApproval else { return nil }
    switch table.reason.flatMap(ReasonCode.init(rawValue:)) {
    case .unsafeCast, .safeCast, .sourceEnumLabel: self = .typeMismatch
    case .targetNotNull: self = .targetNotNull
    default: self = .dataLossRisk
    }
  }
}
