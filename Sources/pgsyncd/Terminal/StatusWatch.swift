import Foundation
import LogicalReplication
import Observability
import UnixSignals

/// `pgsyncd status --watch`: the status again and again, until a signal comes.
struct StatusWatch {
  let reading: StatusReading
  let names: [String]
  let context: CommandContext

  /// How long one picture stands.
  private static let interval = Duration.seconds(2)

  func run() async throws {
    let isTerminal = Terminal.isTerminal(STDOUT_FILENO)
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let ticks = AsyncStream<Bool> { continuation in
      let clock = Task {
        while !Task.isCancelled {
          continuation.yield(true)
          try? await Task.sleep(for: Self.interval)
        }
      }
      let listener = Task {
        for await _ in signals { break }
        continuation.finish()
      }
      continuation.onTermination = { _ in
        clock.cancel()
        listener.cancel()
      }
    }
    for await _ in ticks {
      // The window may have changed its size since.
      let style = Terminal.style(STDOUT_FILENO, environment: context.environment)
      let lines = StatusText(try StatusCommand.selected(reading.read(), names), style: style).lines
      StandardStream.write(isTerminal ? Self.picture(lines) : lines.joined(separator: "\n") + "\n\n", to: STDOUT_FILENO)
    }
  }

  /// Home, each line with its rest erased, then everything below erased: no flicker. What does not fit is left out,
  /// or the terminal would scroll.
  private static func picture(_ lines: [String]) -> String {
    var lines = lines
    if let rows = Terminal.rows(STDOUT_FILENO), lines.count >= rows, rows > 2 {
      lines = lines.prefix(rows - 2) + ["... and \(lines.count - rows + 2) more lines"]
    }
    return "\u{1B}[H" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
  }
}
