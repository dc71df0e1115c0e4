import Synchronization

/// The pieces that are still to be copied, and how far each table is. Shared by the workers.
final class CopyQueue: Sendable {
  private struct Table {
    var piecesLeft = 0
    var rows: Int64 = 0
    var bytes: Int64 = 0
    var lastTold: ContinuousClock.Instant?
  }

  private struct State {
    var next = 0
    var tables: [Table]
  }

  private let pieces: [CopyPiece]
  private let state: Mutex<State>
  private static let toldAtMostEvery = Duration.milliseconds(250)

  init(_ pieces: [CopyPiece], tableCount: Int) {
    var tables = [Table](repeating: Table(), count: tableCount)
    for piece in pieces { tables[piece.table].piecesLeft += 1 }
    self.pieces = pieces
    state = Mutex(State(tables: tables))
  }

  /// The next piece; nil when all have been taken.
  func next() -> CopyPiece? {
    state.withLock { state in
      guard state.next < pieces.count else { return nil }
      state.next += 1
      return pieces[state.next - 1]
    }
  }

  /// Adds to what is known of a table; returns how far it is if it is time to tell so.
  func advance(_ table: Int, rows: Int, bytes: Int) -> (rows: Int64, bytes: Int64)? {
    let now = ContinuousClock.now
    return state.withLock { state in
      state.tables[table].rows += Int64(rows)
      state.tables[table].bytes += Int64(bytes)
      if let last = state.tables[table].lastTold, now - last < Self.toldAtMostEvery { return nil }
      state.tables[table].lastTold = now
      return (state.tables[table].rows, state.tables[table].bytes)
    }
  }

  /// One piece is committed; returns the table's rows if it was the last one.
  func finish(_ piece: CopyPiece) -> Int64? {
    state.withLock { state in
      state.tables[piece.table].piecesLeft -= 1
      return state.tables[piece.table].piecesLeft == 0 ? state.tables[piece.table].rows : nil
    }
  }
}
