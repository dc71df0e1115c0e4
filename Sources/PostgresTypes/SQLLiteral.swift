/// String constants in SQL source text.
public enum SQLLiteral {
  /// The text as a string constant, safe whatever `standard_conforming_strings` says: a text with a backslash
  /// is written as ` E'…'` with the backslashes doubled, as `PQescapeLiteral` does.
  public static func quoted(_ text: String) -> String {
    var body = ""
    var hasBackslash = false
    for scalar in text.unicodeScalars {
      if scalar == "'" || scalar == "\\" { body.unicodeScalars.append(scalar) }
      if scalar == "\\" { hasBackslash = true }
      body.unicodeScalars.append(scalar)
    }
    return (hasBackslash ? " E'" : "'") + body + "'"
  }
}
