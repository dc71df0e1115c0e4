import PGOutput
import PostgresTypes

/// A message with its content instead of ranges: what the mirror encoder writes, and what a decoded message is turned
/// into to be compared.
enum MirrorMessage: Hashable {
  case begin(BeginMessage)
  case commit(CommitMessage)
  case origin(lsn: LSN, name: String)
  case relation(MirrorRelation)
  case type(oid: UInt32, namespace: String, name: String)
  case insert(relation: UInt32, new: [MirrorValue])
  case update(relation: UInt32, old: MirrorOldTuple?, new: [MirrorValue])
  case delete(relation: UInt32, old: MirrorOldTuple)
  case truncate(relations: [UInt32], options: UInt8)
  case message(isTransactional: Bool, lsn: LSN, prefix: String, content: [UInt8])
  case streamStart(xid: UInt32, isFirstSegment: Bool)
  case streamStop
  case streamCommit(StreamCommitMessage)
  case streamAbort(StreamAbortMessage)
  case beginPrepare(MirrorPrepare)
  case prepare(MirrorPrepare)
  case commitPrepared(MirrorPrepare)
  case rollbackPrepared(MirrorPrepare, rollbackTime: PostgresTimestamp)
  case streamPrepare(MirrorPrepare)
}

/// A message as it comes inside or outside a stream block.
struct PlacedMessage: Hashable {
  var message: MirrorMessage
  /// The xid after the letter; nil outside a stream block, and for messages that never carry one.
  var xid: UInt32?
  var insideStream: Bool
}

struct MirrorRelation: Hashable {
  var oid: UInt32
  var namespace: String
  var name: String
  var replicaIdentity: WireReplicaIdentity
  var columns: [MirrorColumn]
}

struct MirrorColumn: Hashable {
  var isKey: Bool
  var name: String
  var type: UInt32
  var modifier: Int32
}

enum MirrorValue: Hashable {
  case null
  case unchanged
  case text([UInt8])
  case binary([UInt8])
}

struct MirrorOldTuple: Hashable {
  var extent: OldTuple.Extent
  var values: [MirrorValue]
}

/// The fields that the two-phase messages share. For Rollback Prepared `lsn` is the end of the prepare record.
struct MirrorPrepare: Hashable {
  var lsn: LSN
  var endLSN: LSN
  var time: PostgresTimestamp
  var xid: UInt32
  var gid: String
}
