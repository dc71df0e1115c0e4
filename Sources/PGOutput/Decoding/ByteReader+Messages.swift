import PostgresTypes

extension ByteReader {
  /// Reads what follows the letter of a message.
  mutating func body(
    of kind: MessageKind, _ bytes: RawSpan, insideStream: Bool
  ) throws(PGOutputError) -> PGOutputMessage {
    switch kind {
    case .insert: .insert(try insert(bytes, xid: try streamXID(bytes, insideStream)))
    case .update: .update(try update(bytes, xid: try streamXID(bytes, insideStream)))
    case .delete: .delete(try delete(bytes, xid: try streamXID(bytes, insideStream)))
    case .begin: .begin(try begin(bytes))
    case .commit: .commit(try commit(bytes))
    case .origin: .origin(try origin(bytes))
    case .relation: .relation(try relation(bytes, xid: try streamXID(bytes, insideStream)))
    case .type: .type(try type(bytes, xid: try streamXID(bytes, insideStream)))
    case .truncate: .truncate(try truncate(bytes, xid: try streamXID(bytes, insideStream)))
    case .message: .message(try message(bytes, xid: try streamXID(bytes, insideStream)))
    case .streamStart: .streamStart(try streamStart(bytes))
    case .streamStop: .streamStop
    case .streamCommit: .streamCommit(try streamCommit(bytes))
    case .streamAbort: .streamAbort(try streamAbort(bytes))
    case .beginPrepare: .beginPrepare(try beginPrepare(bytes))
    case .prepare: .prepare(try prepare(bytes))
    case .commitPrepared: .commitPrepared(try commitPrepared(bytes))
    case .rollbackPrepared: .rollbackPrepared(try rollbackPrepared(bytes))
    case .streamPrepare: .streamPrepare(try prepare(bytes))
    }
  }

  /// Inside a stream the (sub)transaction's id comes first; elsewhere it is known from Begin.
  private mutating func streamXID(_ bytes: RawSpan, _ insideStream: Bool) throws(PGOutputError) -> TransactionID? {
    insideStream ? try xid(bytes, "xid of the streamed transaction") : nil
  }

  private mutating func begin(_ bytes: RawSpan) throws(PGOutputError) -> BeginMessage {
    BeginMessage(
      finalLSN: try lsn(bytes, "LSN of the commit"), commitTime: try timestamp(bytes, "commit time"),
      xid: try xid(bytes, "xid"))
  }

  private mutating func commit(_ bytes: RawSpan) throws(PGOutputError) -> CommitMessage {
    _ = try flags(known: 0, bytes, "flags 0")
    return CommitMessage(
      commitLSN: try lsn(bytes, "LSN of the commit"), endLSN: try lsn(bytes, "end LSN of the commit"),
      commitTime: try timestamp(bytes, "commit time"))
  }

  private mutating func origin(_ bytes: RawSpan) throws(PGOutputError) -> OriginMessage {
    OriginMessage(originLSN: try optionalLSN(bytes, "LSN on the origin"), name: try string(bytes, "origin name"))
  }

  private mutating func message(_ bytes: RawSpan, xid: TransactionID?) throws(PGOutputError) -> LogicalMessage {
    LogicalMessage(
      xid: xid, isTransactional: try flags(known: 1, bytes, "flags 0 or 1") == 1,
      lsn: try optionalLSN(bytes, "LSN of the message"), prefix: try string(bytes, "prefix"),
      content: try countedRun(bytes, "content"))
  }

  private mutating func streamStart(_ bytes: RawSpan) throws(PGOutputError) -> StreamStartMessage {
    StreamStartMessage(
      xid: try xid(bytes, "xid"), isFirstSegment: try flags(known: 1, bytes, "first segment 0 or 1") == 1)
  }

  private mutating func streamCommit(_ bytes: RawSpan) throws(PGOutputError) -> StreamCommitMessage {
    let xid = try xid(bytes, "xid")
    _ = try flags(known: 0, bytes, "flags 0")
    return StreamCommitMessage(
      xid: xid, commitLSN: try lsn(bytes, "LSN of the commit"), endLSN: try lsn(bytes, "end LSN of the commit"),
      commitTime: try timestamp(bytes, "commit time"))
  }

  private mutating func streamAbort(_ bytes: RawSpan) throws(PGOutputError) -> StreamAbortMessage {
    let xid = try xid(bytes, "xid")
    let subxid = try self.xid(bytes, "xid of the subtransaction")
    guard remaining > 0 else { return StreamAbortMessage(xid: xid, subxid: subxid, position: nil) }
    let lsn = try optionalLSN(bytes, "LSN of the abort")
    let time = try timestamp(bytes, "time of the abort")
    return StreamAbortMessage(xid: xid, subxid: subxid, position: .init(abortLSN: lsn, abortTime: time))
  }

  private mutating func beginPrepare(_ bytes: RawSpan) throws(PGOutputError) -> BeginPrepareMessage {
    BeginPrepareMessage(
      prepareLSN: try lsn(bytes, "LSN of the prepare"), endLSN: try lsn(bytes, "end LSN of the prepare"),
      prepareTime: try timestamp(bytes, "prepare time"), xid: try xid(bytes, "xid"), gid: try string(bytes, "gid"))
  }

  private mutating func prepare(_ bytes: RawSpan) throws(PGOutputError) -> PrepareMessage {
    _ = try flags(known: 0, bytes, "flags 0")
    return PrepareMessage(
      prepareLSN: try lsn(bytes, "LSN of the prepare"), endLSN: try lsn(bytes, "end LSN of the prepare"),
      prepareTime: try timestamp(bytes, "prepare time"), xid: try xid(bytes, "xid"), gid: try string(bytes, "gid"))
  }

  private mutating func commitPrepared(_ bytes: RawSpan) throws(PGOutputError) -> CommitPreparedMessage {
    _ = try flags(known: 0, bytes, "flags 0")
    return CommitPreparedMessage(
      commitLSN: try lsn(bytes, "LSN of the commit"), endLSN: try lsn(bytes, "end LSN of the commit"),
      commitTime: try timestamp(bytes, "commit time"), xid: try xid(bytes, "xid"), gid: try string(bytes, "gid"))
  }

  private mutating func rollbackPrepared(_ bytes: RawSpan) throws(PGOutputError) -> RollbackPreparedMessage {
    _ = try flags(known: 0, bytes, "flags 0")
    return RollbackPreparedMessage(
      prepareEndLSN: try lsn(bytes, "end LSN of the prepare"),
      rollbackEndLSN: try lsn(bytes, "end LSN of the rollback"),
      prepareTime: try timestamp(bytes, "prepare time"), rollbackTime: try timestamp(bytes, "rollback time"),
      xid: try xid(bytes, "xid"), gid: try string(bytes, "gid"))
  }
}
