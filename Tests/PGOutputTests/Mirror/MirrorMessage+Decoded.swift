import PGOutput
import PostgresTypes

extension PlacedMessage {
  /// Reads everything that a decoded message refers to.
  init(_ message: PGOutputMessage, in bytes: RawSpan, insideStream: Bool) throws {
    self.insideStream = insideStream
    switch message {
    case .begin(let begin): self.message = .begin(begin)
    case .commit(let commit): self.message = .commit(commit)
    case .origin(let origin):
      self.message = .origin(lsn: origin.originLSN, name: try origin.name.text(in: bytes))
    case .relation(let relation):
      xid = relation.xid?.rawValue
      self.message = .relation(try MirrorRelation(relation, in: bytes))
    case .type(let type):
      xid = type.xid?.rawValue
      self.message = .type(
        oid: type.oid.rawValue, namespace: try type.namespace.text(in: bytes), name: try type.name.text(in: bytes))
    case .insert(let insert):
      xid = insert.xid?.rawValue
      self.message = .insert(
        relation: insert.relation.rawValue, new: try MirrorValue.values(of: insert.newTuple, in: bytes))
    case .update(let update):
      xid = update.xid?.rawValue
      self.message = .update(
        relation: update.relation.rawValue, old: try update.oldTuple.map { try MirrorOldTuple($0, in: bytes) },
        new: try MirrorValue.values(of: update.newTuple, in: bytes))
    case .delete(let delete):
      xid = delete.xid?.rawValue
      self.message = .delete(relation: delete.relation.rawValue, old: try MirrorOldTuple(delete.oldTuple, in: bytes))
    case .truncate(let truncate):
      xid = truncate.xid?.rawValue
      self.message = .truncate(
        relations: try truncate.relations(in: bytes).map(\.rawValue), options: truncate.options.rawValue)
    case .message(let message):
      xid = message.xid?.rawValue
      self.message = .message(
        isTransactional: message.isTransactional, lsn: message.lsn, prefix: try message.prefix.text(in: bytes),
        content: try message.content.copy(of: bytes))
    case .streamStart(let start):
      self.message = .streamStart(xid: start.xid.rawValue, isFirstSegment: start.isFirstSegment)
    case .streamStop: self.message = .streamStop
    case .streamCommit(let commit): self.message = .streamCommit(commit)
    case .streamAbort(let abort): self.message = .streamAbort(abort)
    case .beginPrepare(let begin):
      self.message = .beginPrepare(
        MirrorPrepare(
          lsn: begin.prepareLSN, endLSN: begin.endLSN, time: begin.prepareTime, xid: begin.xid.rawValue,
          gid: try begin.gid.text(in: bytes)))
    case .prepare(let prepare): self.message = .prepare(try MirrorPrepare(prepare, in: bytes))
    case .commitPrepared(let commit):
      self.message = .commitPrepared(
        MirrorPrepare(
          lsn: commit.commitLSN, endLSN: commit.endLSN, time: commit.commitTime, xid: commit.xid.rawValue,
          gid: try commit.gid.text(in: bytes)))
    case .rollbackPrepared(let rollback):
      self.message = .rollbackPrepared(
        MirrorPrepare(
          lsn: rollback.prepareEndLSN, endLSN: rollback.rollbackEndLSN, time: rollback.prepareTime,
          xid: rollback.xid.rawValue, gid: try rollback.gid.text(in: bytes)),
        rollbackTime: rollback.rollbackTime)
    case .streamPrepare(let prepare): self.message = .streamPrepare(try MirrorPrepare(prepare, in: bytes))
    }
  }
}

extension MirrorRelation {
  init(_ relation: RelationMessage, in bytes: RawSpan) throws {
    oid = relation.relation.rawValue
    namespace = try relation.namespace.text(in: bytes)
    name = try relation.name.text(in: bytes)
    replicaIdentity = relation.replicaIdentity
    columns = []
    for column in try relation.columns(in: bytes) {
      columns.append(
        MirrorColumn(
          isKey: column.isKey, name: try column.name.text(in: bytes), type: column.type.rawValue,
          modifier: column.typeModifier))
    }
  }
}

extension MirrorPrepare {
  init(_ prepare: PrepareMessage, in bytes: RawSpan) throws {
    self.init(
      lsn: prepare.prepareLSN, endLSN: prepare.endLSN, time: prepare.prepareTime, xid: prepare.xid.rawValue,
      gid: try prepare.gid.text(in: bytes))
  }
}

extension MirrorOldTuple {
  init(_ old: OldTuple, in bytes: RawSpan) throws {
    self.init(extent: old.extent, values: try MirrorValue.values(of: old.tuple, in: bytes))
  }
}

extension MirrorValue {
  static func values(of tuple: TupleData, in bytes: RawSpan) throws -> [MirrorValue] {
    var values: [MirrorValue] = []
    var cursor = tuple.makeCursor()
    while let field = try cursor.next(in: bytes) {
      switch field.kind {
      case .null: values.append(.null)
      case .unchangedTOAST: values.append(.unchanged)
      case .text: values.append(.text(try field.value.copy(of: bytes)))
      case .binary: values.append(.binary(try field.value.copy(of: bytes)))
      }
    }
    return values
  }
}
