/// What a walk knows of one table of the source.
struct WalkTable {
  /// What kind of table it is.
  enum Kind: CaseIterable {
    /// A primary key of one column.
    case keyed
    /// A primary key of two columns.
    case compositeKey
    /// A primary key, and partitions on the source.
    case partitioned
    /// No key: only INSERT and TRUNCATE. A row that came twice would show, and so would one out of order.
    case journal
    /// No key, REPLICA IDENTITY FULL.
    case fullIdentity
  }

  /// One of its columns.
  struct Column: Hashable {
    var name: String
    var type: WalkType
    var isNotNull = false
    var hasDefault = false
    /// True if the walk has added it.
    var isNew = false
  }

  /// Its place among the tables, which does not change with its name.
  let index: Int
  let kind: Kind
  var name: String
  /// Without `id` and, under a composite key, `part`, which stay as they are.
  var columns: [Column]
  /// The `id` of the next row.
  var nextID = 1
  /// Makes names that were never used in this table.
  var nextColumn = 1
  /// True if something was done to it that the stream does not carry.
  var isRewritten = false
  /// True if a column that the walk had added was dropped.
  var hasDroppedNew = false
  /// True if one was renamed.
  var hasRenamedNew = false
  /// True if a row was ever found by all of its values.
  var isMatchedByRow = false

  /// True if the existing rows may have other values on the target, as long as the status says so: rows were rewritten, or
  /// it could not be told which new column was which.
  var mayNeedRepair: Bool { isRewritten || (hasDroppedNew && hasRenamedNew) }

  /// Whether rows may be updated and deleted.
  var hasIdentity: Bool { kind != .journal }

  /// A name for a new column.
  mutating func newColumnName(_ random: inout WalkRandom) -> String {
    nextColumn += 1
    return random.chance(15) ? "\"Col \(nextColumn)\"\"ü\"" : "c\(nextColumn)"
  }
}
