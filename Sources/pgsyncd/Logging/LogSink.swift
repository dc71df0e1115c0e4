import Observability
import SyncConfiguration
import Synchronization

/// Where log lines end up: stderr, in the form that was chosen.
final class LogSink: Sendable {
  /// The place.
  let screen: ErrorScreen
  private let form: Mutex<LogFormat>

  init(screen: ErrorScreen, format: LogFormat) {
    self.screen = screen
    form = Mutex(format)
  }

  /// The form; it can be changed while the service runs.
  var format: LogFormat {
    get { form.withLock { $0 } }
    set { form.withLock { $0 = newValue } }
  }

  /// Writes a line.
  func write(_ line: LogLine) {
    switch format {
    case .text: screen.write(line.text)
    case .json: screen.write([line.json])
    }
  }
}
