/// Text as a terminal shows it.
public enum DisplayText {
  /// The text with everything that a terminal would obey instead of showing put as `\u{1B}`.
  ///
  /// Names of tables come from the source database, and a name may hold anything but a zero byte.
  public static func harmless(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        shown += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// How many columns the text takes: two for an East Asian wide character or an emoji, none for a mark on another.
  public static func width(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + width($1) }
  }

  /// The text in at most so many columns, with its middle left out if it is longer: the ends tell names apart best.
  public static func shortened(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 3 else { return String(text.prefix(max(0, columns))) }
    let tail = (columns - 3) / 2
    return take(text, columns - 3 - tail) + "..." + String(take(String(text.reversed()), tail).reversed())
  }

  /// The text filled with blanks on the right up to so many columns.
  public static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - width(text)))
  }

  /// The text broken at blanks into lines of at most so many columns. A longer word is broken where the line ends;
  /// lines after the first begin with `indent` blanks.
  public static func wrapped(_ text: String, to columns: Int, indent: Int = 0) -> [String] {
    let limit = max(columns, indent + 8)
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = String(text.prefix { $0 == " " })
    var isAtStart = true
    for word in text.dropFirst(line.count).split(separator: " ", omittingEmptySubsequences: false) {
      let candidate = isAtStart ? line + word : line + " " + word
      if isAtStart || width(candidate) <= limit {
        line = candidate
      } else {
        lines.append(line)
        line = margin + word
      }
      isAtStart = false
      while width(line) > limit {
        let head = take(line, limit)
        lines.append(head)
        line = margin + line.dropFirst(head.count)
      }
    }
    return lines + [line]
  }

  private static func take(_ text: String, _ columns: Int) -> String {
    var taken = ""
    var room = columns
    for character in text {
      room -= width(character)
      if room < 0 { break }
      taken.append(character)
    }
    return taken
  }

  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return isWide(scalar.value) || scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }

  // Unicode Standard Annex 11, property values W and F, in coarse ranges.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return true
    // Marks that turn the direction of what follows could make one name look like another.
    default: return (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
  }
}
