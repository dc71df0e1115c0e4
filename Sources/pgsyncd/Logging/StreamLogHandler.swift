import Logging
import SyncConfiguration

/// Writes what swift-log is given to a sink.
struct StreamLogHandler: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  let sink: LogSink

  init(sink: LogSink, level: Logger.Level) {
    self.sink = sink
    logLevel = level
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields = metadata
    if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
    if let given = event.metadata { fields.merge(given) { _, new in new } }
    sink.write(LogLine(event.level, "\(event.message)", fields: fields.mapValues(Self.value)))
  }

  private static func value(_ value: Logger.Metadata.Value) -> JSONValue {
    switch value {
    case .string(let text): .string(text)
    case .stringConvertible(let convertible): .string("\(convertible)")
    case .array(let list): .list(list.map(Self.value))
    case .dictionary(let dictionary): .object(dictionary.mapValues(Self.value))
    }
  }
}

extension Logger {
  /// A logger that writes to a sink.
  init(_ label: String, sink: LogSink, level: LogLevel) {
    let level = Logger.Level(rawValue: level.rawValue) ?? .info
    self.init(label: label) { _ in StreamLogHandler(sink: sink, level: level) }
  }
}
