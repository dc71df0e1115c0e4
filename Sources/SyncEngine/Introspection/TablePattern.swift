import PostgresTypes

/// One pattern that chooses tables: `shop.orders`, `shop.*`, `*.audit_*`, `"we.ird"."Ta*ble"`.
///
/// `*` stands for any number of characters within a part. A quoted part is literal, a star in it too. A pattern of one
/// part means schema `public`. Unquoted parts are taken as written, not folded to lower case.
public struct TablePattern: Hashable, Sendable, CustomStringConvertible {
  /// What the user wrote.
  public let description: String
  private let schema: Part
  private let table: Part

  /// Reads a pattern.
  public init(_ text: String) throws(TablePatternError) {
    guard let parts = Self.parts(of: text), (1...2).contains(parts.count) else {
      throw .malformed(pattern: text)
    }
    description = text
    table = parts[parts.count - 1]
    schema = parts.count == 2 ? parts[0] : Part(pieces: ["public"])
  }

  /// `*.*`
  static let everything = TablePattern(
    description: "*.*", schema: Part(pieces: ["", ""]), table: Part(pieces: ["", ""]))

  private init(description: String, schema: Part, table: Part) {
    self.description = description
    self.schema = schema
    self.table = table
  }

  /// True if the pattern chooses the table.
  public func matches(_ name: QualifiedName) -> Bool {
    schema.matches(name.schema) && table.matches(name.name)
  }

  /// The one table that a pattern without a star means.
  public var exactName: QualifiedName? {
    guard schema.pieces.count == 1, table.pieces.count == 1 else { return nil }
    return QualifiedName(schema: schema.pieces[0], name: table.pieces[0])
  }

  private static func parts(of text: String) -> [Part]? {
    var parts: [Part] = []
    var rest = text.unicodeScalars[...]
    while true {
      guard let part = Part(taking: &rest) else { return nil }
      parts.append(part)
      guard let separator = rest.popFirst() else { return parts }
      guard separator == "." else { return nil }
    }
  }

  /// The literal pieces between the stars: one piece means that there is no star.
  private struct Part: Hashable, Sendable {
    var pieces: [String]

    init(pieces: [String]) { self.pieces = pieces }

    init?(taking rest: inout Substring.UnicodeScalarView) {
      if rest.first == "\"" {
        guard let literal = Self.takeQuoted(&rest) else { return nil }
        pieces = [literal]
        return
      }
      var pieces = [String.UnicodeScalarView()]
      while let scalar = rest.first, scalar != "." {
        if scalar == "\"" { return nil }
        rest.removeFirst()
        if scalar == "*" {
          pieces.append(String.UnicodeScalarView())
        } else {
          pieces[pieces.count - 1].append(scalar)
        }
      }
      if pieces.count == 1 && pieces[0].isEmpty { return nil }
      self.pieces = pieces.map { String($0) }
    }

    private static func takeQuoted(_ rest: inout Substring.UnicodeScalarView) -> String? {
      rest.removeFirst()
      var literal = String.UnicodeScalarView()
      while let scalar = rest.popFirst() {
        if scalar != "\"" {
          literal.append(scalar)
        } else if rest.first == "\"" {
          literal.append(rest.removeFirst())
        } else {
          return literal.isEmpty ? nil : String(literal)
        }
      }
      return nil
    }

    func matches(_ text: String) -> Bool {
      // Compared as UTF-8: to the server two spellings of one accented letter are two names.
      var rest = Array(text.utf8)[...]
      let pieces = self.pieces.map { Array($0.utf8) }
      guard pieces.count > 1 else { return rest.elementsEqual(pieces[0]) }
      guard rest.starts(with: pieces[0]) else { return false }
      rest = rest.dropFirst(pieces[0].count)
      for piece in pieces[1..<(pieces.count - 1)] {
        guard let end = Self.end(of: piece, in: rest) else { return false }
        rest = rest[end...]
      }
      let last = pieces[pieces.count - 1]
      return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
    }

    /// Where the first occurrence of `piece` in `text` ends.
    private static func end(of piece: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
      guard text.count >= piece.count else { return nil }
      for start in text.startIndex...(text.endIndex - piece.count)
      where text[start..<(start + piece.count)].elementsEqual(piece) {
        return start + piece.count
      }
      return nil
    }
  }
}
