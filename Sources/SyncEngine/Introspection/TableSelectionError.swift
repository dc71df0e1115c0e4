import LibPQ

/// Why no tables were chosen.
public enum TableSelectionError: Error, Sendable, CustomStringConvertible {
  /// The catalog could not be read.
  case postgres(PostgresError)
  /// A pattern cannot be meant: a usage error.
  case pattern(TablePatternError)

  /// What happened.
  public var description: String {
    switch self {
    case .postgres(let error): error.description
    case .pattern(let error): error.description
    }
  }
}
