import PostgresTypes

/// Long lists of names in a sentence.
enum Listing {
  /// The first few names, and how many more there are.
  static func of(_ names: some Collection<QualifiedName>, limit: Int = 5) -> String {
    of(names.map(\.sql), limit: limit)
  }

  /// The first few texts, and how many more there are.
  static func of(_ texts: some Collection<String>, limit: Int = 5) -> String {
    let shown = texts.prefix(limit).joined(separator: ", ")
    return texts.count > limit ? "\(shown) and \(texts.count - limit) more" : shown
  }
}
