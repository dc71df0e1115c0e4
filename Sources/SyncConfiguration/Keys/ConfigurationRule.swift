/// What a key takes.
enum ConfigurationRule: Sendable {
  /// A libpq URI or key-value string; never shown.
  case connection
  /// A text of which `isValid` says whether it will do.
  case name(allowed: String, isValid: @Sendable (String) -> Bool)
  /// Any text.
  case text
  /// Any text but the empty one.
  case nonemptyText
  /// One of these words.
  case choice([String])
  /// A whole number.
  case integer(ClosedRange<Int>)
  /// An amount of bytes.
  case size(ClosedRange<Int>)
  /// A length of time, in milliseconds.
  case duration(ClosedRange<Int>)
  /// A list of patterns of tables.
  case patterns
  /// A list of these words.
  case words([String])
  /// Overrides of single tables.
  case overrides
}

extension ConfigurationRule {
  /// What to write there, for an error message.
  var allowed: String {
    switch self {
    case .connection: "a libpq URI (postgresql://user@host:5432/database) or key-value string"
    case .name(let allowed, _): allowed
    case .text, .nonemptyText: "a text"
    case .choice(let words): words.joined(separator: ", ")
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .size(let range):
      "a size from \(ByteSize.text(range.lowerBound)) to \(ByteSize.text(range.upperBound)), in B, kB, MB, GB or TB"
    case .duration(let range):
      "a length of time from \(TimeSpan.text(range.lowerBound)) to \(TimeSpan.text(range.upperBound)), "
        + "in ms, s, min, h or d"
    case .patterns: "a list of schema.table patterns with *, such as [\"public.*\", \"shop.orders\"]"
    case .words(let words): "a list of: " + words.joined(separator: ", ")
    case .overrides: "a list of tables with their overrides, such as [{table: public.logs, skip_columns: [ip]}]"
    }
  }

  /// The words among which a wrong one may have been meant.
  var words: [String] {
    switch self {
    case .choice(let words), .words(let words): words
    default: []
    }
  }

  /// True if the text is a value of this kind.
  func accepts(_ text: String) -> Bool {
    switch self {
    case .connection: !text.isEmpty
    case .name(_, let isValid): isValid(text)
    case .text: true
    case .nonemptyText: !text.isEmpty
    case .choice(let words): words.contains(text)
    case .integer(let range): Int(text).map(range.contains) ?? false
    case .size(let range): ByteSize.bytes(text).map(range.contains) ?? false
    case .duration(let range): TimeSpan.milliseconds(text).map(range.contains) ?? false
    case .patterns, .words, .overrides: false
    }
  }

  /// True if the texts are a value of this kind.
  func accepts(_ list: [String]) -> Bool {
    switch self {
    case .patterns: list.allSatisfy { !$0.isEmpty }
    case .words(let words): list.allSatisfy(words.contains)
    default: false
    }
  }

  /// True if both texts mean the same value.
  func isSame(_ text: String, _ other: String) -> Bool {
    switch self {
    case .size: ByteSize.bytes(text) == ByteSize.bytes(other)
    case .duration: TimeSpan.milliseconds(text) == TimeSpan.milliseconds(other)
    case .integer: Int(text) == Int(other)
    default: text == other
    }
  }
}
