import Testing

@testable import pgsyncd

@Suite("Options before the command")
struct LeadingOptionsTests {
  @Test(
    "the command goes first",
    arguments: [
      ("status", "status"), ("--config f status --json", "status --config f --json"),
      ("--pipeline=p --log-level debug sync --once", "sync --pipeline=p --log-level debug --once"),
      ("--config f schema validate --json", "schema validate --config f --json"), ("--version", "--version"),
      ("--config", "--config"), ("--config f", "--config f"), ("--unknown x status", "--unknown x status"), ("", ""),
    ])
  func moved(_ arguments: String, _ expected: String) {
    #expect(LeadingOptions.moved(arguments.split(separator: " ").map(String.init)).joined(separator: " ") == expected)
  }
}
