/// One thing that a comparison found, with everything that an operator has to know of it.
public struct Finding: Hashable, Sendable {
  /// Something that the operator can do instead of running the fix.
  public struct Action: Hashable, Sendable {
    /// What it does, as a sentence without its full stop.
    public var text: String
    /// The commands or statements to run, in order; may be empty.
    public var commands: [String]

    /// Joins a sentence and its commands.
    public init(_ text: String, commands: [String] = []) {
      self.text = text
      self.commands = commands
    }
  }

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
  /// In a few words, for the parentheses of `warn-only`: `source has 'phone', target doesn't`.
  public var summary: String
  /// The same in one sentence: `error` of `status --json`.
  public var error: String
  /// What would have happened without the stop, or what to keep in mind.
  public var impact: String
  /// What to do, in one sentence: `resolution` of `status --json`.
  public var resolution: String
  /// The statements to run on the target, in order.
  public var fix: [String]
  /// Statements that complete the fix but can only be run when the table has caught up, such as SET NOT NULL.
  public var fixAfterResume: [String]
  /// What else the operator can do, best first.
  public var alternatives: [Action]
  /// Set if rows that exist already will not hold the source's values even after the fix, and why.
  public var backfillReason: String?
  /// What has to be done before the fix can be run: PostgreSQL would refuse it.
  public var preparations: [Action] = []
  /// What running the fix costs or risks, one sentence each.
  public var hazards: [String] = []
  /// The place among findings of the same reason, where their fixes have to run in a certain order.
  var order = 0

  /// Puts a finding together.
  public init(
    reason: ReasonCode, severity: FindingSeverity, column: String? = nil, headline: String, lines: [String],
    summary: String, error: String, impact: String, resolution: String, fix: [String] = [],
    fixAfterResume: [String] = [], alternatives: [Action] = [], backfillReason: String? = nil
  ) {
    self.reason = reason
    self.severity = severity
    self.column = column
    self.headline = headline
    self.lines = lines
    self.summary = summary
    self.error = error
    self.impact = impact
    self.resolution = resolution
    self.fix = fix
    self.fixAfterResume = fixAfterResume
    self.alternatives = alternatives
    self.backfillReason = backfillReason
  }
}
