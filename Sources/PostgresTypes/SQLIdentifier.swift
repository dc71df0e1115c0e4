/// Identifiers in SQL source text.
public enum SQLIdentifier {
  /// The identifier as SQL source text, in double quotes where PostgreSQL's `quote_ident` would put them:
  /// unless it is all lower-case letters, digits and underscores and not a keyword that needs quotes.
  public static func quoted(_ identifier: String) -> String {
    isSafe(identifier) ? identifier : alwaysQuoted(identifier)
  }

  /// The identifier in double quotes, with the quotes inside it doubled.
  public static func alwaysQuoted(_ identifier: String) -> String {
    var text = "\""
    for scalar in identifier.unicodeScalars {
      if scalar == "\"" { text.unicodeScalars.append(scalar) }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }

  /// Splits a dotted name into its parts and takes their quotes away.
  ///
  /// Returns nil if a part is empty, a quote is left open, or text follows a closing quote.
  public static func parts(of text: String) -> [String]? {
    var parts: [String] = []
    var scalars = text.unicodeScalars[...]
    while true {
      guard let part = takePart(&scalars) else { return nil }
      parts.append(part)
      guard let separator = scalars.popFirst() else { return parts }
      guard separator == "." else { return nil }
    }
  }

  private static func takePart(_ scalars: inout Substring.UnicodeScalarView) -> String? {
    var part = String.UnicodeScalarView()
    if scalars.first == "\"" {
      scalars.removeFirst()
      while let scalar = scalars.popFirst() {
        if scalar != "\"" {
          part.append(scalar)
        } else if scalars.first == "\"" {
          part.append(scalars.removeFirst())
        } else {
          return part.isEmpty ? nil : String(part)
        }
      }
      return nil
    }
    while let scalar = scalars.first, scalar != "." {
      if scalar == "\"" { return nil }
      part.append(scalars.removeFirst())
    }
    return part.isEmpty ? nil : String(part)
  }

  private static func isSafe(_ identifier: String) -> Bool {
    guard let first = identifier.utf8.first, isLowercaseLetter(first) || first == UInt8(ascii: "_") else {
      return false
    }
    let isPlain = identifier.utf8.allSatisfy {
      isLowercaseLetter($0) || $0 == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    return isPlain && !SQLKeyword.needingQuotes.contains(identifier)
  }

  private static func isLowercaseLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}
