/// Tells prepared statements apart.
struct StatementKey: Hashable {
  /// What a statement does.
  enum Kind: UInt8 {
    case insertRow, insertRowUnlessExists, overwriteRow, updateRow, updateRowAndKey, moveIdentityRow
    case moveRowOfOtherIdentity, deleteRow
    case insertArray, updateArray, deleteArray
    case updateFullRow, moveFullRow, deleteFullRow
    case walPosition, progress, parkChunk, placeStop, counters
  }

  /// The plan whose tuples it writes; 0 for statements of the catalog.
  var plan: Int
  /// What it does.
  var kind: Kind
  /// Which columns it sets.
  var mask: ColumnMask?

  init(plan: Int, kind: Kind, mask: ColumnMask? = nil) {
    self.plan = plan
    self.kind = kind
    self.mask = mask
  }
}
