/// Text inside a page: whatever it holds, it stays text.
enum HTMLText {
  /// The text with every character replaced that could end it or begin something else, and with what a reader would not
  /// see shown (``DisplayText/harmless(_:)``).
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in DisplayText.harmless(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
