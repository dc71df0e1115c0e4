import PGOutput

/// A message of a fixture with what the decoder must be told about it.
struct FixtureMessage: CustomStringConvertible {
  let bytes: [UInt8]
  let insideStream: Bool
  let description: String

  func decode() throws(PGOutputError) -> PGOutputMessage {
    try PGOutputDecoder.decode(
      bytes.span.bytes, at: ByteRange(all: bytes.span.bytes)!, insideStream: insideStream,
      acceptsUnchangedTOASTInInsert: true)
  }
}

extension Fixture {
  /// The messages, each with whether it stands between Stream Start (`S`) and Stream Stop (`E`).
  var placedMessages: [FixtureMessage] {
    var insideStream = false
    return messages.enumerated().map { index, bytes in
      if bytes[0] == UInt8(ascii: "S") {
        defer { insideStream = true }
        return FixtureMessage(bytes: bytes, insideStream: false, description: "\(name) message \(index)")
      }
      defer { if bytes[0] == UInt8(ascii: "E") { insideStream = false } }
      return FixtureMessage(bytes: bytes, insideStream: insideStream, description: "\(name) message \(index)")
    }
  }
}
