import Foundation
import Observability
import Synchronization

/// stderr: log lines that scroll, and on a terminal progress bars that stay at the bottom.
///
/// Several threads write here; a line is never torn, and a bar never stands between two lines.
final class ErrorScreen: Sendable {
  private struct State {
    var bars: [(id: String, bar: ProgressBar)] = []
    var linesDrawn = 0
    var drawnAt = ContinuousClock.now - .seconds(1)
  }

  /// What stderr can show.
  let style: TerminalStyle
  private let descriptor: Int32
  private let background: BackgroundWriter?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - descriptor: another stream than stderr, for a test.
  ///   - background: writes on its own time; without it every call waits until its text is written.
  init(style: TerminalStyle, descriptor: Int32 = STDERR_FILENO, background: BackgroundWriter? = nil) {
    self.style = style
    self.descriptor = descriptor
    self.background = background
  }

  /// True if bars are drawn.
  var hasBars: Bool { style.width != nil }

  /// Writes lines above the bars.
  func write(_ lines: [String]) {
    state.withLock { state in
      let text = erasing(&state) + lines.map { $0 + "\n" }.joined() + drawing(&state)
      put(text)
    }
  }

  /// Shows or moves a bar; nil takes it away. Drawn at most ten times a second.
  func show(_ bar: ProgressBar?, id: String) {
    guard hasBars else { return }
    state.withLock { state in
      if let index = state.bars.firstIndex(where: { $0.id == id }) {
        if let bar { state.bars[index].bar = bar } else { state.bars.remove(at: index) }
      } else if let bar {
        state.bars.append((id, bar))
      } else {
        return
      }
      guard bar == nil || ContinuousClock.now - state.drawnAt >= .milliseconds(100) else { return }
      put(erasing(&state) + drawing(&state))
    }
  }

  /// Takes all bars away.
  func clear() {
    state.withLock { state in
      state.bars = []
      put(erasing(&state))
    }
  }

  /// Waits until everything is written, but not for ever.
  func flush(within limit: DispatchTimeInterval = .seconds(2)) { background?.flush(within: limit) }

  private func put(_ text: String) {
    guard !text.isEmpty else { return }
    if let background { background.write(text) } else { StandardStream.write(text, to: descriptor) }
  }

  private static let barsMax = 12

  private func erasing(_ state: inout State) -> String {
    guard state.linesDrawn > 0 else { return "" }
    defer { state.linesDrawn = 0 }
    return "\u{1B}[\(state.linesDrawn)A\r\u{1B}[J"
  }

  private func drawing(_ state: inout State) -> String {
    guard hasBars, !state.bars.isEmpty else { return "" }
    var lines = state.bars.prefix(Self.barsMax).map { $0.bar.line(style) }
    if state.bars.count > Self.barsMax { lines.append("… and \(state.bars.count - Self.barsMax) more") }
    state.linesDrawn = lines.count
    state.drawnAt = .now
    return lines.map { $0 + "\n" }.joined()
  }
}
