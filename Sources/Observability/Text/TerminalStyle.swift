/// What the place where text goes to can show.
public struct TerminalStyle: Hashable, Sendable {
  /// The number of columns; nil where lines may be as long as they like (a file, a pipe).
  public var width: Int?
  /// Whether colour may be used.
  public var hasColor: Bool
  /// Whether characters beyond ASCII may be used for lines and bars.
  public var hasUnicode: Bool

  /// Describes a place.
  public init(width: Int?, hasColor: Bool, hasUnicode: Bool) {
    self.width = width
    self.hasColor = hasColor
    self.hasUnicode = hasUnicode
  }

  /// No terminal: lines of any length, no colour, nothing drawn.
  public static let plain = TerminalStyle(width: nil, hasColor: false, hasUnicode: false)

  /// The text in a colour, if there is colour.
  public func colored(_ text: String, _ color: TextColor?) -> String {
    guard hasColor, let color, !text.isEmpty else { return text }
    return "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m"
  }
}

/// The few colours that are used, by their codes (ECMA-48, SGR).
public enum TextColor: Int, Sendable {
  /// Strong, without a colour.
  case bold = 1
  /// Less than the rest.
  case dim = 2
  /// Something needs a hand.
  case red = 31
  /// As it should be.
  case green = 32
  /// Something to know.
  case yellow = 33
  /// Under way.
  case cyan = 36
}
