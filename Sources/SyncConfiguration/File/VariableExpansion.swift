/// Puts environment variables in where a text says `${NAME}`, so that no secret has to stand in the file.
enum VariableExpansion: Equatable {
  /// The text with every variable put in.
  case text(String)
  /// A variable that the environment does not have.
  case unset(variable: String)
  /// A `${` that is not followed by a name and `}`.
  case malformed

  /// Expands `text`. A lone `$` stands for itself, and `$${` for a literal `${`.
  ///
  /// What a variable holds is not looked at again: a password may contain `${`.
  static func expand(_ text: String, environment: [String: String]) -> VariableExpansion {
    var expanded = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      expanded += rest[..<dollar]
      rest = rest[dollar...]
      if rest.hasPrefix("$${") {
        expanded += "${"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("${") {
        guard let close = rest.firstIndex(of: "}") else { return .malformed }
        let name = rest[rest.index(dollar, offsetBy: 2)..<close]
        guard isName(name) else { return .malformed }
        guard let value = environment[String(name)] else { return .unset(variable: String(name)) }
        expanded += value
        rest = rest[rest.index(after: close)...]
      } else {
        expanded += "$"
        rest = rest.dropFirst()
      }
    }
    return .text(expanded + rest)
  }

  private static func isName(_ name: Substring) -> Bool {
    guard let first = name.first, !first.isNumber else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
