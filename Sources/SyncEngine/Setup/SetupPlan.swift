import PostgresTypes
import SchemaDrift

/// What setup found and would do, ready to be printed. Nothing has been written yet.
public struct SetupPlan: Sendable {
  /// What becomes of the publication.
  public enum PublicationStep: Hashable, Sendable {
    /// It exists and is used as it is.
    case use(String)
    /// It is created by this statement.
    case create(String, statement: String)
  }

  /// How it ends.
  public enum Outcome: Hashable, Sendable {
    /// Everything can be stored and created.
    case ready
    /// The command was not used properly.
    case usage
    /// A server, a privilege or a setting stands in the way.
    case failure
    /// Schemas do not fit.
    case blocked
  }

  /// The row of the pipeline that would be stored, or is.
  public var pipeline: PipelineRecord
  /// True if the pipeline runs already: everything is stored, and nothing is to be done.
  public var isUnderWay: Bool
  /// True if the catalog has to be created or brought to this program's version.
  public var createsCatalog: Bool
  /// What becomes of the publication; nil if the tables are not known because of a problem.
  public var publication: PublicationStep?
  /// The chosen tables, ordered by name.
  public var tables: [PlannedTable]
  /// Everything that was found apart from the verdicts, gravest first.
  public var problems: [SetupProblem]
  /// True if triggers and foreign keys of the target will not act on replicated rows.
  public var actsAsReplica: Bool

  /// The tables whose schemas do not fit.
  public var blockedTables: [PlannedTable] { tables.filter { $0.verdict.outcome == .blocked } }

  /// How it ends.
  public var outcome: Outcome {
    if problems.contains(where: { $0.kind == .usage }) { return .usage }
    if problems.contains(where: { $0.kind == .failure }) { return .failure }
    if problems.contains(where: { $0.kind == .blocked }) || !blockedTables.isEmpty { return .blocked }
    return .ready
  }

  /// The error that the plan is if it cannot be carried out; nil if it can.
  public var error: SetupError? {
    switch outcome {
    case .ready: nil
    case .usage, .failure: .refused(problems)
    case .blocked: .blocked(self)
    }
  }
}
