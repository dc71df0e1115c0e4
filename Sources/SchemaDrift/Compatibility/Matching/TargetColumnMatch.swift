/// Why the target has a column that belongs to none of the source's.
struct TargetColumnMatch: Hashable {
  enum Origin: Hashable {
    /// The source had it when it was last accepted.
    case removedFromSource
    /// The source gets it later: its catalog has it already.
    case arrivesLater
    /// It is the target's own.
    case own
  }

  /// The column.
  var column: ColumnSchema
  /// Where it comes from.
  var origin: Origin
}
