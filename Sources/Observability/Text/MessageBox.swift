/// The form in which a message is drawn on a terminal: in a box, so that it is not overlooked among log lines.
public enum MessageBox {
  /// The lines of the box around `message`. On anything but a terminal the lines themselves.
  ///
  /// SQL is not cut or hyphenated: a line that is too long is broken at a blank, and the rest is indented.
  public static func lines(_ message: [String], color: TextColor, style: TerminalStyle) -> [String] {
    let harmless = message.map(DisplayText.harmless)
    guard let columns = style.width else { return harmless }
    let room = max(20, min(columns, 120) - 4)
    let body = harmless.flatMap { line -> [String] in
      let indent = line.prefix { $0 == " " }.count
      return DisplayText.wrapped(line, to: room, indent: indent + 2)
    }
    let inner = min(room, body.map(DisplayText.width).max() ?? 0)
    let edge = style.hasUnicode ? Edge.unicode : Edge.ascii
    let bar = String(repeating: edge.horizontal, count: inner + 2)
    let side = style.colored(edge.vertical, color)
    var lines = [style.colored(edge.topLeft + bar + edge.topRight, color)]
    for (index, line) in body.enumerated() {
      let padded = DisplayText.padded(line, to: inner)
      lines.append("\(side) \(index == 0 ? style.colored(padded, color) : padded) \(side)")
    }
    lines.append(style.colored(edge.bottomLeft + bar + edge.bottomRight, color))
    return lines
  }

  private struct Edge {
    var horizontal, vertical, topLeft, topRight, bottomLeft, bottomRight: String

    static let unicode = Edge(
      horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘")
    static let ascii = Edge(
      horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+")
  }
}
