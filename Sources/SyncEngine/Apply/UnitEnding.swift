import PostgresTypes

/// The stretch of the stream that a unit covers.
struct UnitSpan {
  /// Where the unit before it ended.
  var start: LSN
  /// The end of the unit's last transaction.
  var end: LSN
  /// The end of the last parked transaction that the unit applied, if it applied any.
  var parkedEnd: LSN?
  /// When the source committed the last transaction.
  var commitTime: PostgresTimestamp?
}

/// What a unit writes besides its data, in the same transaction: how it remembers that it happened.
protocol UnitEnding: AnyObject {
  /// True if tables that are not known are to be taken up (the stream); false if they are none of ours (parked changes).
  var admitsNewTables: Bool { get }
  /// Everything before here of the parked changes is applied.
  var parkedProgress: LSN { get }
  /// How far the numbers of new chunks are apart.
  var chunkStride: Int64 { get }
  /// True if there is something to write even if nothing was read.
  var hasWork: Bool { get }
  /// Writes it; the transaction is open.
  func write(to session: TargetSession, _ span: UnitSpan) throws
  /// The unit has been committed.
  func committed(parkedEnd: LSN?)
}
