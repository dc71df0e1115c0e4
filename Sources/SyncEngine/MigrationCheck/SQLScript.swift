/// A file of SQL, taken apart into its statements as psql would: so each is run, and committed, on its own unless the file
/// says BEGIN, and an error can name its line.
///
/// Strings, quoted names, dollar quotes, comments (nested ones too), parentheses and the bodies of SQL functions
/// (BEGIN ATOMIC … END) may hold semicolons.
public struct SQLScript: Hashable, Sendable {
  /// One statement.
  public struct Statement: Hashable, Sendable {
    /// The text, without the comments before it and without its semicolon.
    public var sql: String
    /// The line of the file in which it begins, from 1.
    public var line: Int
  }

  /// Why a file cannot be run.
  public struct Refusal: Error, Hashable, Sendable {
    /// The line, from 1.
    public var line: Int
    /// What is wrong there.
    public var problem: String
  }

  /// The statements in order.
  public let statements: [Statement]

  /// Takes a file apart.
  ///
  /// - Throws: ``Refusal`` for a command of psql, for COPY from the file itself, and for a quote that is never closed.
  public init(_ text: String) throws(Refusal) {
    var scanner = SQLScanner(text)
    statements = try scanner.statements()
  }
}

/// Goes through the bytes of a script.
private struct SQLScanner {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var begin: (position: Int, line: Int)?
  private var depth = 0
  private var words: [String] = []
  /// BEGIN ATOMIC and CASE that wait for their END.
  private var blocks = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func statements() throws(SQLScript.Refusal) -> [SQLScript.Statement] {
    var found: [SQLScript.Statement] = []
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: ";") where depth == 0 && blocks == 0:
        if let statement = take() { found.append(statement) }
        advance()
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): skipLine()
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): try skipComment()
      case UInt8(ascii: "\\"):
        throw SQLScript.Refusal(line: line, problem: "the psql command '\(word(from: position))' is not SQL")
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), 0x0C: advance()
      default: try content(byte)
      }
    }
    if let statement = take() { found.append(statement) }
    return found
  }

  private mutating func content(_ byte: UInt8) throws(SQLScript.Refusal) {
    if begin == nil { begin = (position, line) }
    switch byte {
    case UInt8(ascii: "'"): try skipQuoted(byte, escapes: false)
    case UInt8(ascii: "\""): try skipQuoted(byte, escapes: false)
    case UInt8(ascii: "$"): try skipDollarQuote()
    case UInt8(ascii: "("), UInt8(ascii: "["):
      depth += 1
      advance()
    case UInt8(ascii: ")"), UInt8(ascii: "]"):
      depth = max(0, depth - 1)
      advance()
    case _ where Self.isWord(byte): try takeWord()
    default: advance()
    }
  }

  private mutating func takeWord() throws(SQLScript.Refusal) {
    let start = position
    let startLine = line
    while let byte = peek(), Self.isWord(byte) || byte == UInt8(ascii: "$") || Self.isDigit(byte) { advance() }
    let word = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
    // E'…' has escapes; the prefix belongs to the string.
    if word == "e", peek() == UInt8(ascii: "'") { return try skipQuoted(UInt8(ascii: "'"), escapes: true) }
    if words.count < 64 { words.append(word) }
    if word == "atomic", words.dropLast().last == "begin", words.first == "create" { blocks += 1 }
    if blocks > 0, word == "case" { blocks += 1 }
    if blocks > 0, word == "end" { blocks -= 1 }
    if word == "stdin", words.first == "copy", words.dropLast().last == "from" {
      throw SQLScript.Refusal(line: startLine, problem: "COPY … FROM STDIN reads rows, and there are none here")
    }
  }

  private mutating func skipQuoted(_ quote: UInt8, escapes: Bool) throws(SQLScript.Refusal) {
    let start = line
    advance()
    while let byte = peek() {
      if escapes, byte == UInt8(ascii: "\\") {
        advance()
        advance()
      } else if byte == quote {
        advance()
        guard peek() == quote else { return }
        advance()
      } else {
        advance()
      }
    }
    throw SQLScript.Refusal(line: start, problem: "a quote that begins here is never closed")
  }

  private mutating func skipDollarQuote() throws(SQLScript.Refusal) {
    let start = line
    var end = position + 1
    while end < bytes.count, Self.isWord(bytes[end]) || Self.isDigit(bytes[end]) { end += 1 }
    // $1 is a parameter, not a quote.
    guard end < bytes.count, bytes[end] == UInt8(ascii: "$"), !(position + 1 < end && Self.isDigit(bytes[position + 1]))
    else { return advance() }
    let tag = bytes[position...end]
    for _ in tag { advance() }
    while position + tag.count <= bytes.count {
      if bytes[position..<(position + tag.count)].elementsEqual(tag) {
        for _ in tag { advance() }
        return
      }
      advance()
    }
    throw SQLScript.Refusal(line: start, problem: "a dollar quote that begins here is never closed")
  }

  private mutating func skipLine() {
    while let byte = peek(), byte != UInt8(ascii: "\n") { advance() }
  }

  private mutating func skipComment() throws(SQLScript.Refusal) {
    let start = line
    var nesting = 0
    while let byte = peek() {
      if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
        nesting += 1
        advance()
        advance()
      } else if byte == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        nesting -= 1
        advance()
        advance()
        if nesting == 0 { return }
      } else {
        advance()
      }
    }
    throw SQLScript.Refusal(line: start, problem: "a comment that begins here is never closed")
  }

  private mutating func take() -> SQLScript.Statement? {
    defer {
      begin = nil
      depth = 0
      blocks = 0
      words = []
    }
    guard let begin else { return nil }
    return SQLScript.Statement(
      sql: String(decoding: bytes[begin.position..<position], as: UTF8.self), line: begin.line)
  }

  private func word(from start: Int) -> String {
    let end = bytes[start...].firstIndex { $0 <= UInt8(ascii: " ") } ?? bytes.count
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private func peek(_ ahead: Int = 0) -> UInt8? {
    position + ahead < bytes.count ? bytes[position + ahead] : nil
  }

  private mutating func advance() {
    guard position < bytes.count else { return }
    if bytes[position] == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
