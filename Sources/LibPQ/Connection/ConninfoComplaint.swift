/// What `PQconninfoParse` says about a malformed string, without the parts of the string that it quotes.
enum ConninfoComplaint {
  /// The beginnings of libpq's messages (fe-connect.c) up to where they start to quote.
  private static let heads: [(head: String, meaning: String)] = [
    ("missing \"=\" after", "'=' is missing after a keyword"),
    ("unterminated quoted string", "a quoted value is not closed"),
    ("end of string reached when looking for matching \"]\"", "']' is missing after an IPv6 address"),
    ("IPv6 host address may not be empty", "the IPv6 address is empty"),
    ("unexpected character", "an unexpected character follows the host"),
    ("extra key/value separator \"=\"", "a parameter has more than one '='; write it as %3D inside a value"),
    ("missing key/value separator \"=\"", "a parameter has no '='"),
    ("invalid percent-encoded token", "'%' is not followed by two hexadecimal digits; write '%' as %25"),
    ("forbidden value %00", "it contains a NUL byte"),
    ("unexpected spaces found", "it contains a space; write it as %20"),
    ("definition of service", "the service is not defined in the service file"),
  ]

  static func withoutQuotations(_ text: String) -> String {
    for (head, meaning) in heads where text.hasPrefix(head) { return meaning }
    for head in ["invalid connection option \"", "invalid URI query parameter: \""] where text.hasPrefix(head) {
      let rest = text.dropFirst(head.count)
      return unknownKeyword(String(rest.prefix { $0 != "\"" }))
    }
    return "it is neither a URI nor a list of key=value pairs"
  }

  /// An unknown keyword may be a piece of a password with a space in it; only a near miss of a real one is shown.
  private static func unknownKeyword(_ word: String) -> String {
    let nearest = ConninfoOptions.keywords.map { ($0, EditDistance.between(word, $0)) }.min { $0.1 < $1.1 }
    guard let (keyword, distance) = nearest, distance <= 2 else { return "it has an unknown parameter" }
    return "it has an unknown parameter; is '\(keyword)' meant?"
  }
}
