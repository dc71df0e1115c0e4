import PGOutput
import PostgresTypes

extension PlacedMessage {
  /// Any message that a server could send, with the extremes of every field more often than chance would have them.
  static func random(using generator: inout SeededGenerator) -> PlacedMessage {
    let insideStream = Bool.random(using: &generator)
    if insideStream {
      switch Int.random(in: 0..<9, using: &generator) {
      case 0: return PlacedMessage(message: .streamStop, insideStream: true)
      case 1: return PlacedMessage(message: .randomOrigin(using: &generator), insideStream: true)
      default:
        return PlacedMessage(
          message: .randomChange(using: &generator), xid: .randomIdentifier(using: &generator), insideStream: true)
      }
    }
    let message: MirrorMessage =
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: .randomOrigin(using: &generator)
      case 1: .randomChange(using: &generator)
      default: .randomControl(using: &generator)
      }
    return PlacedMessage(message: message, insideStream: false)
  }
}

extension MirrorMessage {
  fileprivate static func randomOrigin(using generator: inout SeededGenerator) -> MirrorMessage {
    .origin(lsn: LSN(rawValue: generator.extreme()), name: generator.name())
  }

  fileprivate static func randomChange(using generator: inout SeededGenerator) -> MirrorMessage {
    let relation = UInt32.randomIdentifier(using: &generator)
    let width = generator.width()
    switch Int.random(in: 0..<7, using: &generator) {
    case 0:
      return .relation(
        MirrorRelation(
          oid: relation, namespace: generator.name(), name: generator.name(),
          replicaIdentity: [.default, .nothing, .full, .index].randomElement(using: &generator)!,
          columns: (0..<width).map { _ in
            MirrorColumn(
              isKey: Bool.random(using: &generator), name: generator.name(), type: .randomIdentifier(using: &generator),
              modifier: [-1, 0, 14, .max, .min].randomElement(using: &generator)!)
          }))
    case 1:
      return .type(oid: relation, namespace: generator.name(), name: generator.name())
    case 2:
      return .insert(relation: relation, new: generator.tuple(width, mayBeUnchanged: false))
    case 3:
      let old = Bool.random(using: &generator) ? generator.oldTuple(width) : nil
      return .update(relation: relation, old: old, new: generator.tuple(width, mayBeUnchanged: true))
    case 4:
      return .delete(relation: relation, old: generator.oldTuple(width))
    case 5:
      return .truncate(
        relations: (0..<width).map { _ in .randomIdentifier(using: &generator) },
        options: UInt8.random(in: 0...3, using: &generator))
    default:
      return .message(
        isTransactional: Bool.random(using: &generator), lsn: LSN(rawValue: generator.extreme()),
        prefix: generator.name(), content: generator.content())
    }
  }

  fileprivate static func randomControl(using generator: inout SeededGenerator) -> MirrorMessage {
    let lsn = LSN(rawValue: max(1, generator.extreme()))
    let endLSN = LSN(rawValue: max(1, generator.extreme()))
    let time = PostgresTimestamp(rawValue: Int64(bitPattern: generator.extreme()))
    let xid = TransactionID(rawValue: .randomIdentifier(using: &generator))
    let prepare = MirrorPrepare(lsn: lsn, endLSN: endLSN, time: time, xid: xid.rawValue, gid: generator.name())
    switch Int.random(in: 0..<10, using: &generator) {
    case 0: return .begin(BeginMessage(finalLSN: lsn, commitTime: time, xid: xid))
    case 1: return .commit(CommitMessage(commitLSN: lsn, endLSN: endLSN, commitTime: time))
    case 2: return .streamStart(xid: xid.rawValue, isFirstSegment: Bool.random(using: &generator))
    case 3:
      return .streamCommit(StreamCommitMessage(xid: xid, commitLSN: lsn, endLSN: endLSN, commitTime: time))
    case 4:
      let position = StreamAbortMessage.Position(abortLSN: LSN(rawValue: generator.extreme()), abortTime: time)
      return .streamAbort(
        StreamAbortMessage(
          xid: xid, subxid: TransactionID(rawValue: .randomIdentifier(using: &generator)),
          position: Bool.random(using: &generator) ? position : nil))
    case 5: return .beginPrepare(prepare)
    case 6: return .prepare(prepare)
    case 7: return .commitPrepared(prepare)
    case 8:
      return .rollbackPrepared(
        prepare, rollbackTime: PostgresTimestamp(rawValue: Int64(bitPattern: generator.extreme())))
    default: return .streamPrepare(prepare)
    }
  }
}

extension UInt32 {
  /// An OID or xid, never 0.
  fileprivate static func randomIdentifier(using generator: inout SeededGenerator) -> UInt32 {
    Bool.random(using: &generator)
      ? [1, 9999, 10_000, 0x4E4B_4F4E, .max].randomElement(using: &generator)!
      : random(in: 1...(.max), using: &generator)
  }
}

extension SeededGenerator {
  fileprivate mutating func extreme() -> UInt64 {
    Bool.random(using: &self)
      ? [0, 1, UInt64(UInt32.max), 1 << 32, UInt64(Int64.max), 1 << 63, .max].randomElement(using: &self)! : next()
  }

  fileprivate mutating func width() -> Int {
    [0, 1, 2, 3, 7, 40, 1600].randomElement(using: &self)!
  }

  fileprivate mutating func name() -> String {
    let names = [
      "", "a", "public", "we\"ird; DROP TABLE x", "日本 語", "Größe", "🐘", "NKO", String(repeating: "n", count: 63),
    ]
    return names.randomElement(using: &self)!
  }

  fileprivate mutating func content() -> [UInt8] {
    let count = [0, 1, 4, 5, 100, 3000].randomElement(using: &self)!
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  fileprivate mutating func oldTuple(_ width: Int) -> MirrorOldTuple {
    MirrorOldTuple(
      extent: Bool.random(using: &self) ? .key : .full, values: tuple(width, mayBeUnchanged: false))
  }

  fileprivate mutating func tuple(_ width: Int, mayBeUnchanged: Bool) -> [MirrorValue] {
    (0..<width).map { _ in
      switch Int.random(in: 0..<(width > 100 ? 40 : 4), using: &self) {
      case 0: .text(content())
      case 1: .binary(content())
      case 2: mayBeUnchanged ? .unchanged : .null
      default: .null
      }
    }
  }
}
