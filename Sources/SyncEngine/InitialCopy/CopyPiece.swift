/// What one target transaction copies: a table, or a range of the blocks of a large one.
struct CopyPiece: Sendable, Hashable {
  /// The table's place in the list of tables.
  var table: Int
  /// The first block; nil for the table's first one.
  var firstBlock: Int64?
  /// The block after the last one; nil for all that follow.
  var endBlock: Int64?

  /// The condition on `ctid`; nil for a whole table.
  ///
  /// The last piece has no upper bound, so the pieces together are the table whatever its size was when they were cut.
  var condition: String? {
    var bounds: [String] = []
    if let firstBlock { bounds.append("ctid >= '(\(firstBlock),0)'::tid") }
    if let endBlock { bounds.append("ctid < '(\(endBlock),0)'::tid") }
    return bounds.isEmpty ? nil : bounds.joined(separator: " AND ")
  }
}
