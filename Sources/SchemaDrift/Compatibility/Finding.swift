/// One thing that a comparison found, with everything that an operator has to know of it.
public struct Finding: Hashable, Sendable {
  /// Which row of the decision table this is.
  public var reason: ReasonCode
  /// What it does to the table.
  public var severity: FindingSeverity
  /// The column, by its name on the source (by its name on the target if only the target has it); nil if the whole
  /// table is meant.
  public var column: String?
  /// The first line of the message, mark included.
  public var headline: String
  /// The lines that follow the headline.
  public var lines: [String]
  /// The same in one sentence: `error` of `status --json`.
  public var error: String
  /// What would have happened without the stop, or what to keep in mind.
  public var impact: String
  /// What to do, in one sentence: `resolution` of `status --json`.
  public var resolution: String
  /// The statements to run on the target, in order.
  public var fix: [String]
  /// What the operator can do, best first, each a sentence or a command.
  public var actions: [String]
  /// Set if rows that exist already will not hold the source's values even after the fix, and why.
  public var backfillReason: String?

  /// Puts a finding together.
  public init(
    reason: ReasonCode, severity: FindingSeverity, column: String? = nil, headline: String, lines: [String],
    error: String, impact: String, resolution: String, fix: [String] = [], actions: [String] = [],
    backfillReason: String? = nil
  ) {
    self.reason = reason
    self.severity = severity
    self.column = column
    self.headline = headline
    self.lines = lines
    self.error = error
    self.impact = impact
    self.resolution = resolution
    self.fix = fix
    self.actions = actions
    self.backfillReason = backfillReason
  }
}
