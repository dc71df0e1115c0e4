import LibPQ

/// Why a setup or a teardown ended early.
public enum SetupError: Error, Sendable {
  /// A server refused something or went away.
  case postgres(PostgresError, during: String)
  /// The catalog in the target cannot be used.
  case catalog(CatalogError)
  /// Something stands in the way; all that was found, at least one of a fatal kind.
  case refused([SetupProblem])
  /// Schemas do not fit: the plan has the verdict of each table.
  case blocked(SetupPlan)

  /// The gravest kind of problem behind the error; it decides the exit code.
  public var kind: SetupProblem.Kind {
    switch self {
    case .refused(let problems): problems.contains { $0.kind == .usage } ? .usage : .failure
    case .blocked: .blocked
    case .postgres(let error, _): error.kind == .usage ? .usage : .failure
    case .catalog: .failure
    }
  }
}

extension SetupError: CustomStringConvertible {
  /// What happened, for an operator; no values, no passwords.
  public var description: String {
    switch self {
    case .postgres(let error, let during): "\(during): \(error)"
    case .catalog(let error): error.description
    case .refused(let problems): problems.filter(\.isFatal).map(\.description).joined(separator: "\n")
    case .blocked(let plan):
      plan.blockedTables.flatMap(\.verdict.messageLines).joined(separator: "\n")
    }
  }
}
