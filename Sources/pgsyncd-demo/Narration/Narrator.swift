import Foundation

/// Tells the story on stdout: numbered steps, what is run, what came out of it.
struct Narrator {
  private let start = ContinuousClock.now
  private let isColoured = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
  private var step = 0

  /// The heading of the next step, with the seconds since the beginning.
  mutating func begin(_ title: String) {
    step += 1
    let elapsed = start.duration(to: .now) / .seconds(1)
    write("\n" + bold("\(step). \(title)") + String(format: "  [%.1f s]", elapsed))
  }

  /// One line of the story.
  func say(_ line: String) { write("   " + line) }

  /// A command as the operator would type it.
  func command(_ line: String, prompt: String = "$") { write("   " + bold(prompt + " " + line)) }

  /// What a program wrote, word for word.
  func quote(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty {
      write("   | " + line)
    }
  }

  /// Columns that stand below each other: the first to the left, all others to the right.
  func table(_ header: [String], _ rows: [[String]]) {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    for row in all {
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }
      say("  " + cells.joined(separator: "  "))
    }
  }

  /// Each line appears when it happens, also in a log file. If nobody reads any more (`make demo | head`), the story goes
  /// on to its clean end.
  private func write(_ line: String) { try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8)) }

  private func bold(_ text: String) -> String { isColoured ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
