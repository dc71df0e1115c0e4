import PostgresTypes
import SchemaDrift

/// What the catalog watch has found, for the apply thread: to be acted upon at the first transaction boundary at which
/// the stream has reached the position where the source's catalog was read.
///
/// The wire decides the shape at its position. Before that position the stream carries rows of older shapes, which the
/// newer catalog says nothing about.
struct WatchedChange: Sendable {
  /// What is to be done.
  enum Action: Sendable {
    /// The two sides were compared.
    case judged(WatchedJudgement)
    /// Rows may differ between the sides.
    case repair(WatchedRepair)
    /// The publication sends a table that the pipeline does not know.
    case admit(TableSchema)
  }

  /// The table's OID on the source.
  var table: OID
  /// Where the stream has to be.
  var position: LSN
  /// What is to be done.
  var action: Action
}

/// A comparison that the catalog watch has made.
struct WatchedJudgement: Sendable {
  /// What was compared.
  var judgement: Judgement
  /// What came of it.
  var verdict: CompatibilityVerdict
  /// What was accepted when this was judged; if the stream has brought another shape since, it was judged by the wire.
  var baseline: SchemaFingerprint

  /// The source's table, as its catalog has it.
  var source: TableSchema { judgement.source }
  /// The target's table.
  var target: TableSchema? { judgement.target }
}

/// Something that the stream never carries.
struct WatchedRepair: Sendable {
  /// Why rows may differ.
  struct Cause: Sendable {
    /// A reason code, a colon and the explanation.
    var text: String
    /// Set if a TRUNCATE of the whole table, which the stream carries, would explain it: one behind this position.
    var unlessTruncatedSince: LSN?
  }

  /// Why; empty if there is only something to store.
  var causes: [Cause]
  /// What the watch has seen.
  var watched: WatchedTable
}
