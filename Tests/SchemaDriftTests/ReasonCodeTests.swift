import Testing

@testable import SchemaDrift

@Suite("Reason codes")
struct ReasonCodeTests {
  @Test("every code is written in snake case, because it is a metric label and a JSON value")
  func codesAreSnakeCase() {
    for code in ReasonCode.allCases {
      #expect(code.rawValue.allSatisfy { $0 == "_" || ("a"..."z").contains($0) }, "\(code)")
    }
  }
}
