/// The part of a request that an answer depends on.
struct HTTPRequest: Hashable, Sendable {
  /// A head that is longer is nobody's whom these pages are for.
  static let headBytesMax = 8 << 10

  /// `GET`, `HEAD`, …
  var method: String
  /// The path, as it was sent: nothing is decoded, because none of the paths needs it. Without the query.
  var path: String

  /// What a piece of input is so far.
  enum Outcome: Hashable, Sendable {
    /// The head has not ended yet.
    case incomplete
    /// The head is complete.
    case complete(HTTPRequest)
    /// It will never be a request: the status to answer with.
    case refused(Int)
  }

  /// Reads the head of a request (RFC 9112): the request line and whatever fields follow it, up to an empty line.
  ///
  /// The fields do not matter here: every connection serves one request and is closed, so neither a body nor what a client
  /// sends behind it is ever looked at.
  static func read(_ bytes: [UInt8]) -> Outcome {
    guard let end = endOfHead(bytes) else {
      return bytes.count >= headBytesMax ? .refused(431) : .incomplete
    }
    guard end <= headBytesMax else { return .refused(431) }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    // One blank between the parts, as the standard has it.
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, parts[0].count <= 16,
      parts[0].allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
      parts[1].first == UInt8(ascii: "/"), parts[1].allSatisfy({ (0x21...0x7E).contains($0) })
    else { return .refused(400) }
    guard parts[2].elementsEqual("HTTP/1.1".utf8) || parts[2].elementsEqual("HTTP/1.0".utf8) else {
      return .refused(parts[2].starts(with: "HTTP/".utf8) ? 505 : 400)
    }
    let path = parts[1].prefix { $0 != UInt8(ascii: "?") }
    return .complete(
      HTTPRequest(method: String(decoding: parts[0], as: UTF8.self), path: String(decoding: path, as: UTF8.self)))
  }

  /// The index behind the empty line that ends the head. A bare line feed ends a line too.
  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    var lineBegan = 0
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      let line = bytes[lineBegan..<index]
      if lineBegan > 0, line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")]) { return index + 1 }
      lineBegan = index + 1
    }
    return nil
  }
}
