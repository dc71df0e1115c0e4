/// Why a verdict is what it is: the codes of `status`, of the metrics and of `schema history`. They are an interface.
public enum ReasonCode: String, Hashable, Sendable, Codable, CaseIterable {
  /// The source has a column that the target lacks.
  case sourceAddedColumn = "source_added_column"
  /// The target has a column of its own that fills itself.
  case targetAddedColumn = "target_added_column"
  /// The target has a column of its own that is NOT NULL and has no default.
  case targetNotNull = "target_not_null"
  /// A column is gone from the source and still on the target.
  case sourceRemovedColumn = "source_removed_column"
  /// A column has a new name on the source: same table, same attribute number.
  case sourceRenamedColumn = "source_renamed_column"
  /// A column was dropped on the source and added again under the same name.
  case sourceReplacedColumn = "source_replaced_column"
  /// The types differ and every value survives.
  case safeCast = "safe_cast"
  /// The types differ and a value may be lost, changed or refused.
  case unsafeCast = "unsafe_cast"
  /// The target refuses values that the source accepts: NOT NULL, a domain's check.
  case targetStricter = "target_stricter"
  /// A column of the source maps onto a generated column of the target.
  case targetGenerated = "target_generated"
  /// A generated column of the source, which the stream does not carry, maps onto a plain column of the target.
  case sourceGeneratedColumn = "source_generated_column"
  /// An enum of the source has a label that the target's lacks.
  case sourceEnumLabel = "source_enum_label"
  /// The target has no such table.
  case tableMissing = "table_missing"
  /// The source's table has another name than before.
  case tableRenamed = "table_renamed"
  /// Another table stands under the same name on the source.
  case tableRecreated = "table_recreated"
  /// A table is new in the publication.
  case tableAdded = "table_added"
  /// Updates and deletes could not find exactly their row on the target.
  case noRowIdentity = "no_row_identity"
  /// The publication does not send what it sent before.
  case publicationGap = "publication_gap"
  /// Partitions changed in a way that the stream never carries.
  case partitionChange = "partition_change"
  /// The source rewrote the table's rows, which the stream never carries.
  case sourceRewritten = "source_rewritten"
  /// A change could not be applied.
  case applyError = "apply_error"
}

extension ReasonCode {
  /// The order in which findings of the same weight are shown, and in which their fixes can be run: types first, then
  /// columns that go, are renamed or come, then what changes columns that stay.
  var rank: Int { Self.order.firstIndex(of: self) ?? Self.order.count }

  private static let order: [ReasonCode] = [
    .tableRecreated, .tableAdded, .tableRenamed, .tableMissing, .sourceEnumLabel, .sourceRemovedColumn,
    .sourceRenamedColumn, .sourceReplacedColumn, .sourceAddedColumn, .unsafeCast, .safeCast, .targetGenerated,
    .sourceGeneratedColumn, .targetNotNull, .noRowIdentity, .publicationGap, .targetStricter, .targetAddedColumn,
    .partitionChange, .sourceRewritten, .applyError,
  ]
}
