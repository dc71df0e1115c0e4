/// Why the demo did not come to its good end.
enum DemoFailure: Error, CustomStringConvertible {
  /// Something that has to hold did not.
  case broken(String)
  /// Something that has to happen did not happen in time.
  case late(String, Duration)
  /// The comparison found rows that are not the same on both sides.
  case different(tables: [String])
  /// SIGINT, SIGTERM or SIGHUP.
  case interrupted

  var description: String {
    switch self {
    case .broken(let what): what
    case .late(let what, let limit): "Waited \(Figures.seconds(limit)) and it did not happen: \(what)"
    case .different(let tables): "Source and target differ in \(tables.joined(separator: ", "))."
    case .interrupted: "Interrupted."
    }
  }
}
