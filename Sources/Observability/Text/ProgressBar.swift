/// One line that shows how far something is.
public struct ProgressBar: Hashable, Sendable {
  /// What is under way.
  public var title: String
  /// How much of it is done, from 0 to 1; nil if the whole is not known.
  public var fraction: Double?
  /// Figures to go with it.
  public var detail: String

  /// Describes a line.
  public init(title: String, fraction: Double?, detail: String) {
    self.title = title
    self.fraction = fraction
    self.detail = detail
  }

  /// The line, in at most the terminal's width: title, bar, percentage, figures.
  public func line(_ style: TerminalStyle, titleWidth: Int = 28) -> String {
    let columns = style.width ?? 100
    let name = DisplayText.padded(
      DisplayText.shortened(DisplayText.harmless(title), to: titleWidth), to: titleWidth)
    let percentage = fraction.map { "\(Int((clamped($0) * 100).rounded(.down)))%" } ?? ""
    let tail = String(repeating: " ", count: max(0, 4 - percentage.count)) + percentage + "  " + detail
    let room = min(30, columns - titleWidth - DisplayText.width(tail) - 5)
    guard room >= 5 else { return DisplayText.shortened("\(name) \(tail)", to: columns - 1) }
    return "\(name) \(bar(room, style)) \(tail)"
  }

  private func bar(_ columns: Int, _ style: TerminalStyle) -> String {
    let (full, empty) = style.hasUnicode ? ("█", "░") : ("#", ".")
    let count = Int((clamped(fraction ?? 0) * Double(columns)).rounded(.down))
    let done = String(repeating: full, count: count)
    return "[" + style.colored(done, .cyan) + String(repeating: empty, count: columns - count) + "]"
  }

  private func clamped(_ fraction: Double) -> Double { min(1, max(0, fraction)) }
}
