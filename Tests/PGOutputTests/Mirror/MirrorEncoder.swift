import PGOutput
import PostgresTypes

/// Writes messages as the server's `logicalrep_write_*` functions do. It shares no code with the decoder.
struct MirrorEncoder {
  private(set) var bytes: [UInt8] = []

  static func encode(_ placed: PlacedMessage) -> [UInt8] {
    var encoder = MirrorEncoder()
    encoder.write(placed)
    return encoder.bytes
  }

  static func encode(_ message: MirrorMessage) -> [UInt8] {
    encode(PlacedMessage(message: message, xid: nil, insideStream: false))
  }

  private mutating func write(_ placed: PlacedMessage) {
    switch placed.message {
    case .begin(let begin):
      letter("B")
      int64(begin.finalLSN.rawValue)
      int64(UInt64(bitPattern: begin.commitTime.rawValue))
      int32(begin.xid.rawValue)
    case .commit(let commit):
      letter("C")
      int8(0)
      int64(commit.commitLSN.rawValue)
      int64(commit.endLSN.rawValue)
      int64(UInt64(bitPattern: commit.commitTime.rawValue))
    case .origin(let lsn, let name):
      letter("O")
      int64(lsn.rawValue)
      string(name)
    case .relation(let relation):
      letter("R", placed.xid)
      write(relation)
    case .type(let oid, let namespace, let name):
      letter("Y", placed.xid)
      int32(oid)
      string(namespace)
      string(name)
    case .insert(let relation, let new):
      letter("I", placed.xid)
      int32(relation)
      tuple("N", new)
    case .update(let relation, let old, let new):
      letter("U", placed.xid)
      int32(relation)
      if let old { tuple(old.extent == .key ? "K" : "O", old.values) }
      tuple("N", new)
    case .delete(let relation, let old):
      letter("D", placed.xid)
      int32(relation)
      tuple(old.extent == .key ? "K" : "O", old.values)
    case .truncate(let relations, let options):
      letter("T", placed.xid)
      int32(UInt32(relations.count))
      int8(options)
      for relation in relations { int32(relation) }
    case .message(let isTransactional, let lsn, let prefix, let content):
      letter("M", placed.xid)
      int8(isTransactional ? 1 : 0)
      int64(lsn.rawValue)
      string(prefix)
      int32(UInt32(content.count))
      bytes += content
    default:
      writeControl(placed.message)
    }
  }

  private mutating func writeControl(_ message: MirrorMessage) {
    switch message {
    case .streamStart(let xid, let isFirstSegment):
      letter("S")
      int32(xid)
      int8(isFirstSegment ? 1 : 0)
    case .streamStop:
      letter("E")
    case .streamCommit(let commit):
      letter("c")
      int32(commit.xid.rawValue)
      int8(0)
      int64(commit.commitLSN.rawValue)
      int64(commit.endLSN.rawValue)
      int64(UInt64(bitPattern: commit.commitTime.rawValue))
    case .streamAbort(let abort):
      letter("A")
      int32(abort.xid.rawValue)
      int32(abort.subxid.rawValue)
      if let position = abort.position {
        int64(position.abortLSN.rawValue)
        int64(UInt64(bitPattern: position.abortTime.rawValue))
      }
    case .beginPrepare(let prepare):
      letter("b")
      write(prepare, rollbackTime: nil)
    case .prepare(let prepare):
      letter("P")
      int8(0)
      write(prepare, rollbackTime: nil)
    case .commitPrepared(let prepare):
      letter("K")
      int8(0)
      write(prepare, rollbackTime: nil)
    case .rollbackPrepared(let prepare, let rollbackTime):
      letter("r")
      int8(0)
      write(prepare, rollbackTime: rollbackTime)
    case .streamPrepare(let prepare):
      letter("p")
      int8(0)
      write(prepare, rollbackTime: nil)
    default:
      preconditionFailure("Every other message is written by the caller.")
    }
  }

  private mutating func write(_ relation: MirrorRelation) {
    int32(relation.oid)
    string(relation.namespace)
    string(relation.name)
    int8(relation.replicaIdentity.rawValue)
    int16(UInt16(relation.columns.count))
    for column in relation.columns {
      int8(column.isKey ? 1 : 0)
      string(column.name)
      int32(column.type)
      int32(UInt32(bitPattern: column.modifier))
    }
  }

  private mutating func write(_ prepare: MirrorPrepare, rollbackTime: PostgresTimestamp?) {
    int64(prepare.lsn.rawValue)
    int64(prepare.endLSN.rawValue)
    int64(UInt64(bitPattern: prepare.time.rawValue))
    if let rollbackTime { int64(UInt64(bitPattern: rollbackTime.rawValue)) }
    int32(prepare.xid)
    string(prepare.gid)
  }

  private mutating func tuple(_ letter: Character, _ values: [MirrorValue]) {
    self.letter(letter)
    int16(UInt16(values.count))
    for value in values {
      switch value {
      case .null: self.letter("n")
      case .unchanged: self.letter("u")
      case .text(let content):
        self.letter("t")
        int32(UInt32(content.count))
        bytes += content
      case .binary(let content):
        self.letter("b")
        int32(UInt32(content.count))
        bytes += content
      }
    }
  }

  private mutating func letter(_ character: Character, _ xid: UInt32? = nil) {
    bytes.append(character.asciiValue!)
    if let xid { int32(xid) }
  }

  private mutating func string(_ text: String) { bytes += Array(text.utf8) + [0] }
  private mutating func int8(_ value: UInt8) { bytes.append(value) }
  private mutating func int16(_ value: UInt16) { bytes += [UInt8(value >> 8), UInt8(value & 0xFF)] }
  private mutating func int32(_ value: UInt32) {
    int16(UInt16(value >> 16))
    int16(UInt16(value & 0xFFFF))
  }
  private mutating func int64(_ value: UInt64) {
    int32(UInt32(value >> 32))
    int32(UInt32(value & 0xFFFF_FFFF))
  }
}
