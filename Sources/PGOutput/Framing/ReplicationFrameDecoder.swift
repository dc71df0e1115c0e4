import PostgresTypes

/// Decodes the frames that a walsender sends in CopyData messages. Total, like ``PGOutputDecoder``.
public enum ReplicationFrameDecoder {
  /// Decodes the content of one CopyData message.
  ///
  /// - Parameter bytes: The content. The payload's range is an offset into it.
  /// - Throws: ``PGOutputError`` with the offset in `bytes` and what was expected there.
  public static func decode(_ bytes: RawSpan) throws(PGOutputError) -> ReplicationFrame {
    guard let range = ByteRange(all: bytes) else {
      throw PGOutputError(
        .rangeOutsideBuffer(bufferCount: bytes.byteCount), at: 0, expected: "a frame of at most 4 GiB")
    }
    var reader = try ByteReader(range, in: bytes)
    guard reader.remaining > 0 else { throw PGOutputError(.emptyMessage, at: 0, expected: "frame letter w or k") }
    switch try reader.byte(bytes, "frame letter w or k") {
    case UInt8(ascii: "w"):
      return .xLogData(
        XLogData(
          dataStart: try reader.optionalLSN(bytes, "start LSN of XLogData"),
          serverWALEnd: try reader.optionalLSN(bytes, "end LSN of XLogData"),
          sendTime: try reader.timestamp(bytes, "send time of XLogData"),
          payload: try reader.run(reader.remaining, "payload of XLogData")))
    case UInt8(ascii: "k"):
      let keepalive = PrimaryKeepalive(
        serverWALEnd: try reader.optionalLSN(bytes, "end LSN of a keepalive"),
        sendTime: try reader.timestamp(bytes, "send time of a keepalive"),
        replyRequested: try reader.flags(known: 1, bytes, "reply requested 0 or 1") == 1)
      try reader.finish()
      return .keepalive(keepalive)
    case let letter:
      throw PGOutputError(.unknownFrame(letter), at: 0, expected: "frame letter w or k")
    }
  }
}
