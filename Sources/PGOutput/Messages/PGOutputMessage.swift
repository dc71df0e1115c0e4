/// One message of the output plugin `pgoutput`, protocol versions 1 to 4.
///
/// Names and values are ranges of the buffer that was decoded; nothing is copied and nothing is allocated.
/// Source: PostgreSQL documentation, chapter "Logical Replication Message Formats"
/// (protocol-logicalrep-message-formats), and replication/logical/proto.c.
public enum PGOutputMessage: Hashable, Sendable {
  /// A transaction begins.
  case begin(BeginMessage)
  /// A transaction has been committed.
  case commit(CommitMessage)
  /// The transaction came to the source by replication.
  case origin(OriginMessage)
  /// The shape of a relation.
  case relation(RelationMessage)
  /// The name of a type that is not built in.
  case type(TypeMessage)
  /// A row was inserted.
  case insert(InsertMessage)
  /// A row was updated.
  case update(UpdateMessage)
  /// A row was deleted.
  case delete(DeleteMessage)
  /// Tables were emptied.
  case truncate(TruncateMessage)
  /// A message of `pg_logical_emit_message`.
  case message(LogicalMessage)
  /// A block of a transaction in progress begins.
  case streamStart(StreamStartMessage)
  /// A block of a transaction in progress ends.
  case streamStop
  /// A streamed transaction has been committed.
  case streamCommit(StreamCommitMessage)
  /// A streamed transaction or subtransaction has been rolled back.
  case streamAbort(StreamAbortMessage)
  /// A transaction that will be prepared begins.
  case beginPrepare(BeginPrepareMessage)
  /// A transaction has been prepared.
  case prepare(PrepareMessage)
  /// A prepared transaction has been committed.
  case commitPrepared(CommitPreparedMessage)
  /// A prepared transaction has been rolled back.
  case rollbackPrepared(RollbackPreparedMessage)
  /// A streamed transaction has been prepared.
  case streamPrepare(PrepareMessage)

  /// The letter of the message.
  public var kind: MessageKind {
    switch self {
    case .begin: .begin
    case .commit: .commit
    case .origin: .origin
    case .relation: .relation
    case .type: .type
    case .insert: .insert
    case .update: .update
    case .delete: .delete
    case .truncate: .truncate
    case .message: .message
    case .streamStart: .streamStart
    case .streamStop: .streamStop
    case .streamCommit: .streamCommit
    case .streamAbort: .streamAbort
    case .beginPrepare: .beginPrepare
    case .prepare: .prepare
    case .commitPrepared: .commitPrepared
    case .rollbackPrepared: .rollbackPrepared
    case .streamPrepare: .streamPrepare
    }
  }
}
