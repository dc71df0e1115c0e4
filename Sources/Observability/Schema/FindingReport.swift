import SchemaDrift

/// One finding of a comparison as `schema validate` and `schema diff` print it as JSON. Keys are added, never renamed.
public struct FindingReport: Encodable, Hashable, Sendable {
  private let finding: Finding

  /// Reports a finding.
  public init(_ finding: Finding) { self.finding = finding }

  private enum CodingKeys: String, CodingKey {
    case reason, severity, column, error, message, impact, resolution, fix, alternatives, backfill
    case fixAfterResume = "fix_after_resume"
  }

  private enum AlternativeKeys: String, CodingKey { case text, commands }

  /// Writes every key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(finding.reason, forKey: .reason)
    try container.encode(finding.severity, forKey: .severity)
    try container.encode(finding.column, forKey: .column)
    try container.encode(finding.error, forKey: .error)
    try container.encode([finding.headline] + finding.lines, forKey: .message)
    try container.encode(finding.impact, forKey: .impact)
    try container.encode(finding.resolution, forKey: .resolution)
    try container.encode(finding.fix, forKey: .fix)
    try container.encode(finding.fixAfterResume, forKey: .fixAfterResume)
    try container.encode(finding.backfillReason, forKey: .backfill)
    var alternatives = container.nestedUnkeyedContainer(forKey: .alternatives)
    for alternative in finding.alternatives {
      var object = alternatives.nestedContainer(keyedBy: AlternativeKeys.self)
      try object.encode(alternative.text, forKey: .text)
      try object.encode(alternative.commands, forKey: .commands)
    }
  }
}
