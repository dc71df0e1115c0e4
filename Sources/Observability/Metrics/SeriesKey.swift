import PostgresTypes
import SchemaDrift

/// A table's name and one more word: what a counter is kept by.
///
/// Names are compared byte by byte, as the database does: to Swift `é` in one scalar and in two are the same text.
struct SeriesKey: Hashable, Comparable, Sendable {
  let table: NameKey
  let word: String

  init(_ table: QualifiedName, _ word: String = "") {
    self.table = NameKey(table.sql)
    self.word = word
  }

  /// The table as a label's value.
  var tableLabel: MetricLabel { MetricLabel("table", String(decoding: table.bytes, as: UTF8.self)) }

  static func < (one: SeriesKey, other: SeriesKey) -> Bool {
    one.table == other.table ? one.word < other.word : one.table < other.table
  }
}
