import Testing

@testable import SchemaDrift

@Suite("A verdict in the words of the metrics")
struct ValidationResultTests {
  private func verdict(_ outcome: CompatibilityVerdict.Outcome, _ reasons: ReasonCode...) -> CompatibilityVerdict {
    let findings = reasons.map { reason in
      Finding(
        reason: reason, severity: outcome == .blocked ? .blocked : .warning, headline: "", lines: [], summary: "",
        error: "", impact: "", resolution: "")
    }
    return CompatibilityVerdict(
      table: .init(schema: "public", name: "t"), outcome: outcome, findings: findings, columns: [], rowIdentity: .none)
  }

  @Test("one that goes on has passed, or with a warning")
  func goesOn() {
    #expect(verdict(.compatible).validationResult == .pass)
    #expect(verdict(.warning, .targetAddedColumn).validationResult == .warning)
  }

  @Test("one that stops is safe only if every reason spares the values", arguments: ReasonCode.allCases)
  func stops(reason: ReasonCode) {
    let spares = [.safeCast, .targetAddedColumn, .targetNotNull, .targetStricter].contains(reason)
    #expect(verdict(.blocked, reason).validationResult == (spares ? .failSafe : .failUnsafe))
    #expect(verdict(.blocked, reason, .unsafeCast).validationResult == .failUnsafe)
    #expect(verdict(.blocked, reason, .targetNotNull).validationResult == (spares ? .failSafe : .failUnsafe))
  }

  @Test("its words are those of the metric")
  func words() {
    #expect(ValidationResult.allCases.map(\.rawValue) == ["pass", "warning", "fail_safe", "fail_unsafe"])
  }
}
