import PGOutput

extension PGOutputMessage {
  /// Every range that the message refers to, those of columns included. Reading the columns of a message that has just
  /// been decoded must not fail, so a failure shows as a range that lies nowhere.
  func allRanges(in bytes: RawSpan) -> [ByteRange] {
    switch self {
    case .begin, .commit, .streamStart, .streamStop, .streamCommit, .streamAbort: return []
    case .origin(let origin): return [origin.name]
    case .type(let type): return [type.namespace, type.name]
    case .relation(let relation):
      guard let columns = try? relation.columns(in: bytes), columns.count == relation.columnCount else {
        return [Self.nowhere]
      }
      return [relation.namespace, relation.name, relation.columns, relation.shape] + columns.map(\.name)
    case .insert(let insert): return Self.ranges(of: insert.newTuple, in: bytes)
    case .update(let update):
      return Self.ranges(of: update.newTuple, in: bytes)
        + (update.oldTuple.map { Self.ranges(of: $0.tuple, in: bytes) } ?? [])
    case .delete(let delete): return Self.ranges(of: delete.oldTuple.tuple, in: bytes)
    case .truncate(let truncate):
      guard (try? truncate.relations(in: bytes))?.count == truncate.relationCount else { return [Self.nowhere] }
      return [truncate.relations]
    case .message(let message): return [message.prefix, message.content]
    case .beginPrepare(let begin): return [begin.gid]
    case .prepare(let prepare), .streamPrepare(let prepare): return [prepare.gid]
    case .commitPrepared(let commit): return [commit.gid]
    case .rollbackPrepared(let rollback): return [rollback.gid]
    }
  }

  private static var nowhere: ByteRange { ByteRange(offset: Int(UInt32.max), count: 0)! }

  private static func ranges(of tuple: TupleData, in bytes: RawSpan) -> [ByteRange] {
    var fields: [ColumnField] = []
    do {
      try tuple.readColumns(in: bytes, into: &fields)
    } catch {
      return [nowhere]
    }
    let marked = fields.contains { $0.kind == .unchangedTOAST }
    guard fields.count == tuple.columnCount, marked == tuple.hasUnchangedTOAST else { return [nowhere] }
    return [tuple.columns] + fields.map(\.value)
  }
}
