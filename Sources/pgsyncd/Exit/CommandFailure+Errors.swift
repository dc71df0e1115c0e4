import LibPQ
import SyncConfiguration
import SyncEngine

extension CommandFailure {
  /// Says of any error of the modules below how the command ends.
  init(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as ConfigurationError: self = .usage(error.description)
    case let error as PostgresError: self.init(postgres: error)
    case let error as CatalogError: self.init(catalog: error)
    case let error as TablePatternError: self = .usage(error.description)
    case let error as TableSelectionError:
      switch error {
      case .postgres(let error): self.init(postgres: error)
      case .pattern(let error): self = .usage(error.description)
      }
    case let error as SyncError: self.init(sync: error)
    case let error as SetupError: self.init(setup: error)
    default: self.init(.failed, "\(error)")
    }
  }

  /// - Parameter context: what was being done: `cannot connect to the source`.
  init(postgres error: PostgresError, _ context: String? = nil) {
    let place = error.endpoint.isEmpty ? nil : error.endpoint
    let occasion = [context, place].compactMap(\.self).joined(separator: " at ")
    var message = [occasion, error.messageWithoutValues].filter { !$0.isEmpty }.joined(separator: ": ")
    if let sqlState = error.sqlState { message += " (SQLSTATE \(sqlState))" }
    self.init(
      error.kind == .usage ? .usage : .failed, message, hint: error.hint ?? ServerHint.hint(for: error),
      sqlState: error.sqlState?.rawValue)
  }

  private init(catalog error: CatalogError) {
    switch error {
    case .postgres(let error): self.init(postgres: error)
    default: self.init(.failed, error.description)
    }
  }

  private init(setup error: SetupError) {
    switch error {
    case .postgres(let error, let during): self.init(postgres: error, during)
    case .catalog(let error): self.init(catalog: error)
    case .refused(let problems):
      // Everything that stands in the way is told at once, the gravest first.
      let texts = problems.filter(\.isFatal).map { $0.lines.joined(separator: "\n").replacing("[ERROR] ", with: "") }
      self.init(error.kind == .usage ? .usage : .failed, texts.joined(separator: "\nError: "))
    case .blocked:
      self.init(.blocked, error.description)
    }
  }

  private init(sync error: SyncError) {
    switch error {
    case .postgres(let error, let during): self.init(postgres: error, during)
    default: self.init(.failed, error.description)
    }
  }
}
