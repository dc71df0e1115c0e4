import Observability
import SyncConfiguration

/// Where log lines end up: stderr, in the form that was chosen.
struct LogSink: Sendable {
  /// The place.
  let screen: ErrorScreen
  /// The form.
  let format: LogFormat

  /// Writes a line.
  func write(_ line: LogLine) {
    switch format {
    case .text: screen.write(line.text)
    case .json: screen.write([line.json])
    }
  }
}
