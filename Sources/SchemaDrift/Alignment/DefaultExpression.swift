import PostgresTypes

/// What can be told from the text of a DEFAULT, as `pg_get_expr` prints it.
struct DefaultExpression {
  let text: String

  init(_ text: String) { self.text = text }

  /// The value of a plain constant in its type's text form: `'new'::text` → `new`, `42`, `true` → `t`, nil for anything
  /// that would have to be evaluated.
  var constantValue: String? {
    let scalars = Array(text.unicodeScalars)
    if scalars.first == "'" {
      guard let (value, end) = Self.stringConstant(scalars, from: 0), Self.isCastOnly(scalars[end...]) else {
        return nil
      }
      return value
    }
    switch text {
    case "true": return "t"
    case "false": return "f"
    default: return Self.isNumber(text) ? text : nil
    }
  }

  /// The sequence behind `nextval('shop.users_id_seq'::regclass)`, as SQL text; nil if the default is something else.
  var sequence: String? {
    let scalars = Array(text.unicodeScalars)
    let start = Array("nextval(".unicodeScalars)
    guard scalars.starts(with: start), let (name, end) = Self.stringConstant(scalars, from: start.count),
      String(String.UnicodeScalarView(scalars[end...])) == "::regclass)", let parts = SQLIdentifier.parts(of: name)
    else { return nil }
    // The name goes into a statement of its own, so it is quoted anew whatever the server printed.
    return parts.map(SQLIdentifier.quoted).joined(separator: ".")
  }

  private static func stringConstant(_ scalars: [Unicode.Scalar], from start: Int) -> (value: String, end: Int)? {
    guard start < scalars.count, scalars[start] == "'" else { return nil }
    var value = String.UnicodeScalarView()
    var position = start + 1
    while position < scalars.count {
      guard scalars[position] == "'" else {
        // pg_get_expr writes a constant with a backslash as E'…', which starts with another letter.
        value.append(scalars[position])
        position += 1
        continue
      }
      guard position + 1 < scalars.count, scalars[position + 1] == "'" else { return (String(value), position + 1) }
      value.append("'")
      position += 2
    }
    return nil
  }

  /// True for nothing, or for a cast to a type and nothing after it.
  private static func isCastOnly(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    if rest.isEmpty { return true }
    let text = String(String.UnicodeScalarView(rest))
    return text.hasPrefix("::") && !text.dropFirst(2).contains("::") && !text.contains("'") && !text.contains("||")
  }

  private static func isNumber(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == 0x2E }
  }
}
