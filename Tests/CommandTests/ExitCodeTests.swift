import Foundation
import Testing

/// A way to call the program, how it must end, and what it must say on stderr.
struct Call: CustomTestStringConvertible, Sendable {
  var arguments: [String]
  var environment: [String: String] = [:]
  var files: [String: String] = [:]
  var status: Int32
  var says: [String]

  init(
    _ arguments: String..., environment: [String: String] = [:], files: [String: String] = [:], ends status: Int32,
    says: [String]
  ) {
    self.arguments = arguments
    self.environment = environment
    self.files = files
    self.status = status
    self.says = says
  }

  var testDescription: String { "pgsyncd " + arguments.joined(separator: " ") }
}

@Suite("The program's exit codes and what it says with them")
struct ExitCodeTests {
  // Nothing listens on port 1 of the loopback interface.
  private static let nobody = "postgresql://app:swordfish@127.0.0.1:1/shop"

  static let calls: [Call] = [
    Call("staus", ends: 64, says: ["unknown command 'staus'", "did you mean 'status'?"]),
    Call("status", "--tabel", "x", ends: 64, says: ["Unknown option '--tabel'", "--table"]),
    Call("schema", "difff", ends: 64, says: ["unknown command 'difff'", "did you mean 'diff'?"]),
    Call("verify", "--table", "x", ends: 64, says: ["this version", "the command 'verify'"]),
    Call("schema", "sync", ends: 64, says: ["--dry-run", "--apply"]),
    Call("resume", "--table", "x", "--skip-transaction=0x1", ends: 64, says: ["'0x1' is not a log position"]),
    Call("setup", "--skip-columns=x", ends: 64, says: ["--skip-columns: bad value 'x'", "table.column"]),
    Call("sync", "--allow-all-type-casts", ends: 64, says: ["--allow-all-type-casts needs --force"]),
    Call("schema", "validate", "--schema-validation=off", ends: 64, says: ["strict, warn-only, disabled"]),
    Call(
      "resume", "--all", "--skip-columns=a.b", "--preserve-columns=a.b", ends: 64,
      says: ["contradicting overrides", "public.a.b cannot be preserved and skipped"]),
    Call("status", "extra", ends: 64, says: ["Unexpected argument 'extra'"]),
    Call("status", "--format", "xml", ends: 64, says: ["'xml'", "'--format", "'text' and 'json'"]),
    Call("status", "--watch", "--json", ends: 64, says: ["--watch"]),
    Call("status", ends: 64, says: ["no target database is given", "--target", "PGSYNCD_TARGET", "pgsyncd.yaml"]),
    Call("status", "--target", "postgresql://[bad", ends: 64, says: ["--target", "malformed"]),
    Call("status", "--target", "no such thing", ends: 64, says: ["--target", "malformed"]),
    Call("status", environment: ["PGSYNCD_TARGET": "postgres://%zz"], ends: 64, says: ["PGSYNCD_TARGET", "malformed"]),
    Call("status", "--config", "nope.yaml", ends: 64, says: ["'nope.yaml' does not exist"]),
    Call(
      "status", files: ["pgsyncd.yaml": "target: x\nlog: {levl: info}\n"], ends: 64,
      says: ["./pgsyncd.yaml:2:7: unknown key 'log.levl'", "did you mean 'log.level'?", "Allowed: level, format"]),
    Call(
      "--config", "my.yaml", "status", files: ["my.yaml": "log: {level: loud}"], ends: 64,
      says: ["my.yaml:1:14: bad value 'loud' for 'log.level'"]),
    Call("status", "--pipeline", "No!", ends: 64, says: ["--pipeline: bad value 'No!'", "1 to 40"]),
    Call("status", "--log-level", "inof", ends: 64, says: ["did you mean 'info'?"]),
    Call("status", "--target", nobody, ends: 1, says: ["127.0.0.1:1", "shop", "SQLSTATE 08001", "Hint:"]),
    Call(
      "status", environment: ["PGSYNCD_TARGET": nobody, "NAME": "shop"],
      files: ["pgsyncd.yaml": "pipeline: ${NAME}"], ends: 1, says: ["127.0.0.1:1"]),
    Call("resume", "--target", nobody, ends: 64, says: ["--table", "--all"]),
    Call("resume", "--target", nobody, "--all", "--table", "x", ends: 64, says: ["--table", "--all"]),
    Call("resume", "--target", nobody, "--all", ends: 1, says: ["cannot connect to the target at 127.0.0.1:1"]),
    Call("sync", "--http-listen", "9187", ends: 64, says: ["http.listen", "HOST:PORT or off"]),
    Call("sync", "--until-lsn", "16-2", ends: 64, says: ["'16-2' is not a log position"]),
    Call("sync", "--dir", "nowhere", ends: 64, says: ["--dir: 'nowhere' is not a folder"]),
    Call("sync", "--source", nobody, "--target", nobody, "--tables", "a.b.c", ends: 64, says: ["a.b.c"]),
    Call("sync", "--source", nobody, "--target", nobody, ends: 1, says: ["127.0.0.1:1", "SQLSTATE 08001"]),
    Call("setup", "--source", nobody, "--target", nobody, ends: 1, says: ["The source", "The target", "127.0.0.1:1"]),
    Call("schema", "diff", ends: 64, says: ["--table"]),
    Call("schema", "diff", "--table", "x", "--source", nobody, ends: 1, says: ["the source at 127.0.0.1:1"]),
    Call("teardown", "--source", nobody, "--target", nobody, ends: 64, says: ["--yes"]),
    Call("pause", "--target", nobody, ends: 64, says: ["--table"]),
    Call("pause", "--target", nobody, "--table", "x", ends: 1, says: ["127.0.0.1:1"]),
  ]

  @Test("each call", arguments: calls)
  func call(_ call: Call) throws {
    let outcome = try Program.run(call.arguments, environment: call.environment, files: call.files)
    #expect(outcome.status == call.status, "\(outcome.errors)")
    for part in call.says { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
    #expect(outcome.output.isEmpty, "what goes wrong is said on stderr, not on stdout")
    #expect(!outcome.errors.contains("swordfish"))
  }

  @Test("--version and --help go to stdout and end with 0")
  func information() throws {
    let version = try Program.run(["--version"])
    #expect(version.status == 0 && version.output.hasPrefix("pgsyncd ") && version.errors.isEmpty)
    for arguments in [["--help"], ["help"], ["status", "--help"], ["help", "resume"], []] {
      let help = try Program.run(arguments)
      #expect(help.status == 0 && help.output.contains("USAGE: pgsyncd") && help.errors.isEmpty)
    }
  }

  @Test("with --log-format json a failure is one line of JSON")
  func jsonFailure() throws {
    let outcome = try Program.run(["status", "--target", Self.nobody, "--log-format", "json"])
    #expect(outcome.status == 1)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.errors.utf8)) as? [String: Any])
    #expect(object["level"] as? String == "error" && object["sqlstate"] as? String == "08001")
    #expect((object["message"] as? String)?.contains("127.0.0.1:1") == true)
    #expect(object["hint"] is String && object["time"] is String && object["exit_code"] as? Int == 1)
  }
}
