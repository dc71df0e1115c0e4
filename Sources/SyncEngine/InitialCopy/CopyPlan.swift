import PostgresTypes
import SchemaDrift

/// In which order and in which pieces tables are copied.
struct CopyPlan: Sendable {
  /// How large a table is on the source.
  struct Size: Sendable {
    /// Everything, TOAST included.
    var bytes: Int64
    /// Blocks of the table proper.
    var blocks: Int64
  }

  /// The pieces, first ones first.
  let pieces: [CopyPiece]
  /// How many workers are of use.
  let workers: Int

  /// Plans a copy in which no foreign key acts: the largest tables first, so that none is left over at the end, and large
  /// ones in pieces.
  init(tables: [CopyTable], sizes: [Size], splitLargerThan splitBytes: Int, workers: Int) {
    let limit = Int64(max(1, splitBytes))
    let order = tables.indices.sorted { (sizes[$0].bytes, $1) > (sizes[$1].bytes, $0) }
    pieces = order.flatMap { table -> [CopyPiece] in
      let isDivisible = tables[table].source.kind == .ordinary
      return isDivisible && sizes[table].bytes > limit
        ? Self.pieces(of: table, sizes[table], limit: limit) : [CopyPiece(table: table)]
    }
    self.workers = max(1, min(workers, pieces.count))
  }

  /// Plans a copy in which foreign keys act: one worker, and each table after those that it refers to. Tables that refer
  /// to each other in a circle come in some order.
  init(inOrderOfForeignKeys tables: [CopyTable]) {
    var places: [QualifiedName: Int] = [:]
    for (place, table) in tables.enumerated() { places[table.target.name] = place }
    var visited: Set<Int> = []
    var order: [Int] = []
    // A stack of its own: chains of foreign keys may be longer than a thread's stack is deep.
    for start in tables.indices where !visited.contains(start) {
      var stack = [(table: start, isExpanded: false)]
      while let (table, isExpanded) = stack.popLast() {
        if isExpanded {
          order.append(table)
        } else if visited.insert(table).inserted {
          stack.append((table, true))
          let parents = tables[table].target.foreignKeys.compactMap { places[$0.referencedTable] }
          for parent in parents where !visited.contains(parent) { stack.append((parent, false)) }
        }
      }
    }
    pieces = order.map { CopyPiece(table: $0) }
    workers = 1
  }

  private static func pieces(of table: Int, _ size: Size, limit: Int64) -> [CopyPiece] {
    let wanted: Int64 = (size.bytes - 1) / limit + 1
    let count: Int64 = max(1, min(size.blocks, wanted))
    return (0..<count).map { (number: Int64) -> CopyPiece in
      var piece = CopyPiece(table: table)
      if number > 0 { piece.firstBlock = size.blocks * number / count }
      if number < count - 1 { piece.endBlock = size.blocks * (number + 1) / count }
      return piece
    }
  }
}
