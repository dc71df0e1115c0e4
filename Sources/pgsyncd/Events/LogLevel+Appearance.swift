import Logging
import Observability
import SchemaDrift
import SyncConfiguration

extension LogLevel {
  /// The same level for swift-log.
  var swiftLog: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }

  /// The colour of a box of this weight.
  var color: TextColor {
    switch self {
    case .error, .critical: .red
    case .warning: .yellow
    case .trace, .debug, .info, .notice: .cyan
    }
  }
}

extension FindingSeverity {
  /// The level at which a finding is logged.
  var logLevel: LogLevel {
    switch self {
    case .info: .info
    case .warning: .warning
    case .blocked: .error
    }
  }
}
