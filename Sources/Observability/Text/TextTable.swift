/// Columns of text, aligned.
public struct TextTable: Sendable {
  /// Which edge of its column a text stands at.
  public enum Alignment: Sendable {
    /// For words.
    case left
    /// For figures.
    case right
  }

  /// One field.
  public struct Cell: Sendable {
    var text: String
    var color: TextColor?

    /// Makes a field; what a terminal would obey is made harmless.
    public init(_ text: String, _ color: TextColor? = nil) {
      self.text = DisplayText.harmless(text)
      self.color = color
    }
  }

  private var headings: [String]
  private var alignments: [Alignment]
  private var rows: [[Cell]] = []

  /// Begins a table with its columns.
  public init(_ columns: [(heading: String, alignment: Alignment)]) {
    headings = columns.map(\.heading)
    alignments = columns.map(\.alignment)
  }

  /// Adds a line, one field a column.
  public mutating func add(_ cells: [Cell]) {
    precondition(cells.count == headings.count, "a line has one field a column")
    rows.append(cells)
  }

  /// The lines of the table, headings first. If they would not fit, the first column is shortened, down to 16 columns.
  public func lines(_ style: TerminalStyle) -> [String] {
    var widths = headings.map(DisplayText.width)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], DisplayText.width(cell.text)) }
    }
    if let limit = style.width {
      let excess = widths.reduce(0, +) + 2 * (widths.count - 1) - limit
      if excess > 0 { widths[0] = max(min(widths[0], 16), widths[0] - excess) }
    }
    let heading = line(headings.map { Cell($0, .bold) }, widths, style)
    return [heading] + rows.map { line($0, widths, style) }
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ style: TerminalStyle) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      let text = DisplayText.shortened(cell.text, to: widths[column])
      let room = String(repeating: " ", count: widths[column] - DisplayText.width(text))
      let colored = style.colored(text, cell.color)
      let isLast = column == cells.count - 1
      switch alignments[column] {
      case .left: line += colored + (isLast ? "" : room)
      case .right: line += room + colored
      }
      if !isLast { line += "  " }
    }
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
