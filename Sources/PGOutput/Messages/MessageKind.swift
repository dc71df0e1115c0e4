/// The letter that a message begins with (`LogicalRepMsgType`, replication/logicalproto.h).
public enum MessageKind: UInt8, CaseIterable, Sendable {
  /// `B`, a transaction begins.
  case begin = 0x42
  /// `C`, a transaction has been committed.
  case commit = 0x43
  /// `O`, the transaction came to the source by replication.
  case origin = 0x4F
  /// `R`, the shape of a relation.
  case relation = 0x52
  /// `Y`, the name of a type that is not built in.
  case type = 0x59
  /// `I`, a row was inserted.
  case insert = 0x49
  /// `U`, a row was updated.
  case update = 0x55
  /// `D`, a row was deleted.
  case delete = 0x44
  /// `T`, tables were emptied.
  case truncate = 0x54
  /// `M`, a message of `pg_logical_emit_message`.
  case message = 0x4D
  /// `S`, a block of a transaction in progress begins (protocol 2).
  case streamStart = 0x53
  /// `E`, a block of a transaction in progress ends (protocol 2).
  case streamStop = 0x45
  /// `c`, a streamed transaction has been committed (protocol 2).
  case streamCommit = 0x63
  /// `A`, a streamed transaction or subtransaction has been rolled back (protocol 2).
  case streamAbort = 0x41
  /// `b`, a transaction that will be prepared begins (protocol 3).
  case beginPrepare = 0x62
  /// `P`, a transaction has been prepared (protocol 3).
  case prepare = 0x50
  /// `K`, a prepared transaction has been committed (protocol 3).
  case commitPrepared = 0x4B
  /// `r`, a prepared transaction has been rolled back (protocol 3).
  case rollbackPrepared = 0x72
  /// `p`, a streamed transaction has been prepared (protocol 3).
  case streamPrepare = 0x70

  /// The kind that a message's first byte stands for; nil for a byte that no version up to 4 uses.
  @inlinable public init?(firstByte: UInt8) { self.init(rawValue: firstByte) }

  /// The protocol version that brought the message: 1, 2 (streaming, PostgreSQL 14) or 3 (two-phase, PostgreSQL 15).
  public var minimumProtocolVersion: Int {
    switch self {
    case .begin, .commit, .origin, .relation, .type, .insert, .update, .delete, .truncate, .message: 1
    case .streamStart, .streamStop, .streamCommit, .streamAbort: 2
    case .beginPrepare, .prepare, .commitPrepared, .rollbackPrepared, .streamPrepare: 3
    }
  }

  /// True for the kinds that may stand between Stream Start and Stream Stop.
  @inlinable public var mayBeInsideStream: Bool {
    switch self {
    case .origin, .relation, .type, .insert, .update, .delete, .truncate, .message, .streamStop: true
    case .begin, .commit, .streamStart, .streamCommit, .streamAbort, .beginPrepare, .prepare, .commitPrepared,
      .rollbackPrepared, .streamPrepare:
      false
    }
  }
}
