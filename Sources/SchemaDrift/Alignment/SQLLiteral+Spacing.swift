import PostgresTypes

extension SQLLiteral {
  /// The text as a string constant, for a place that a space or a parenthesis precedes: without the space with which
  /// ``quoted(_:)`` keeps an `E'…'` apart from a word before it.
  static func afterSpace(_ text: String) -> String {
    let literal = quoted(text)
    return literal.hasPrefix(" ") ? String(literal.dropFirst()) : literal
  }
}
