/// What `status` says of a verdict. Everything here follows from the findings, so it also holds for a verdict whose
/// findings were narrowed down.
extension CompatibilityVerdict {
  /// The findings that decide: those of the heaviest weight.
  public var decisiveFindings: [Finding] {
    let heaviest = findings.map(\.severity).max()
    return findings.filter { $0.severity == heaviest }
  }

  /// The reason code; nil if nothing was found.
  public var reason: ReasonCode? { decisiveFindings.first?.reason }

  /// `error` of `status --json`: the deciding findings in one sentence each; nil if nothing was found.
  public var error: String? { joined(\.error) }

  /// `resolution` of `status --json`; nil if nothing was found.
  public var resolution: String? { joined(\.resolution) }

  /// The statements to run on the target, in runnable order, each once. A stopped table gets its generated columns with
  /// the same fix, although it would go on without them.
  public var fix: [String] {
    let isStop = outcome == .blocked
    let companions = findings.filter { isStop && $0.severity == .warning && $0.reason == .sourceGeneratedColumn }
    return distinct((decisiveFindings + companions).flatMap(\.fix))
  }

  /// Statements that complete the fix when the table has caught up.
  public var fixAfterResume: [String] { distinct(decisiveFindings.flatMap(\.fixAfterResume)) }

  /// The warnings, one sentence each.
  public var warnings: [String] {
    distinct(findings.filter { $0.severity == .warning }.map(\.error))
  }

  /// Why rows of a table that goes on may differ between the sides: a reason code and an explanation; nil if nothing says
  /// that they do.
  public var repair: (reason: ReasonCode, explanation: String)? {
    let partitions = findings.filter { $0.reason == .partitionChange }.compactMap(\.backfillReason)
    let reasons = distinct(staleColumns.map(\.reason) + partitions)
    guard !reasons.isEmpty else { return nil }
    return (staleColumns.isEmpty ? .partitionChange : .sourceRewritten, reasons.joined(separator: " "))
  }

  private func joined(_ part: (Finding) -> String) -> String? {
    let parts = distinct(decisiveFindings.map(part))
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func distinct(_ texts: [String]) -> [String] {
    var seen: Set<NameKey> = []
    return texts.filter { seen.insert(NameKey($0)).inserted }
  }
}
