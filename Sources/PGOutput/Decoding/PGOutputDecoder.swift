import PostgresTypes

/// Decodes the messages of the output plugin `pgoutput`, protocol versions 1 to 4.
///
/// Decoding is total: every sequence of bytes gives a message or a ``PGOutputError``; it never traps and never reads
/// outside the given range. A message that is returned is valid from its first to its last byte: every column has been
/// walked over, every string is terminated and UTF-8, nothing is left over. The bytes of values are not looked at.
///
/// Nothing is allocated: messages refer to the buffer by ``ByteRange``.
///
/// Source: PostgreSQL documentation, chapter protocol-logicalrep-message-formats; replication/logical/proto.c.
public enum PGOutputDecoder {
  /// Decodes one message that lies somewhere inside a larger buffer.
  ///
  /// - Parameters:
  ///   - bytes: The buffer. All ranges of the message are offsets into it.
  ///   - range: The message, from its letter to its last byte.
  ///   - insideStream: True between Stream Start and Stream Stop (protocol 2), where changes, relations, types and
  ///     messages carry an xid after their letter. Nothing in the bytes tells, so the caller must.
  ///   - acceptsUnchangedTOASTInInsert: False refuses an INSERT that marks a value as unchanged. PostgreSQL 15 to 18 do
  ///     send such INSERTs: when an UPDATE moves a row into a publication's row filter and leaves an out-of-line value as
  ///     it is (`pgoutput_row_filter`). A caller that can stop a single table accepts them and looks at
  ///     ``TupleData/hasUnchangedTOAST``; the row must not be written, because its value is not known.
  /// - Throws: ``PGOutputError`` with the offset in `bytes` and what was expected there.
  public static func decode(
    _ bytes: RawSpan, at range: ByteRange, insideStream: Bool, acceptsUnchangedTOASTInInsert: Bool = false
  ) throws(PGOutputError) -> PGOutputMessage {
    var reader = try ByteReader(range, in: bytes)
    guard reader.remaining > 0 else {
      throw PGOutputError(.emptyMessage, at: range.offset, expected: "message letter")
    }
    let letter = try reader.byte(bytes, "message letter")
    guard let kind = MessageKind(firstByte: letter) else {
      throw PGOutputError(.unknownMessage(letter), at: range.offset, expected: "message letter of protocol 1 to 4")
    }
    do throws(PGOutputError) {
      try checkPlace(of: kind, at: range.offset, insideStream: insideStream)
      let message = try reader.body(of: kind, bytes, insideStream: insideStream)
      try reader.finish()
      if !acceptsUnchangedTOASTInInsert, case .insert(let insert) = message, insert.newTuple.hasUnchangedTOAST {
        throw insert.newTuple.unchangedTOASTError(bytes)
      }
      return message
    } catch {
      throw error.inside(kind)
    }
  }

  /// Decodes a buffer that is one message.
  ///
  /// - Parameters:
  ///   - bytes: The message, from its letter to its last byte.
  ///   - insideStream: True between Stream Start and Stream Stop.
  /// - Throws: ``PGOutputError`` with the offset in `bytes` and what was expected there. An INSERT that marks a value as
  ///   unchanged is refused.
  public static func decode(_ bytes: RawSpan, insideStream: Bool) throws(PGOutputError) -> PGOutputMessage {
    guard let range = ByteRange(all: bytes) else {
      throw PGOutputError(
        .rangeOutsideBuffer(bufferCount: bytes.byteCount), at: 0, expected: "a buffer of at most 4 GiB")
    }
    return try decode(bytes, at: range, insideStream: insideStream)
  }

  /// The kind of a message by its first byte alone, without looking at the rest.
  ///
  /// - Throws: ``PGOutputError`` if the message is empty, of unknown kind or not inside `bytes`.
  @inlinable public static func kind(of bytes: RawSpan, at range: ByteRange) throws(PGOutputError) -> MessageKind {
    var reader = try ByteReader(range, in: bytes)
    guard reader.remaining > 0 else {
      throw PGOutputError(.emptyMessage, at: range.offset, expected: "message letter")
    }
    let letter = try reader.byte(bytes, "message letter")
    guard let kind = MessageKind(firstByte: letter) else {
      throw PGOutputError(.unknownMessage(letter), at: range.offset, expected: "message letter of protocol 1 to 4")
    }
    return kind
  }

  private static func checkPlace(of kind: MessageKind, at offset: Int, insideStream: Bool) throws(PGOutputError) {
    if insideStream {
      guard kind.mayBeInsideStream else {
        throw PGOutputError(.insideStream, at: offset, expected: "a change or Stream Stop")
      }
    } else if kind == .streamStop {
      throw PGOutputError(.outsideStream, at: offset, expected: "Stream Start before it")
    }
  }
}
