/// Flags and commands of the product's plan that this version does not have: somebody who read of them should not be
/// told that they mistyped.
enum LaterFeature {
  private static let flags: Set<Substring> = ["--auto-migrate-schema"]

  private static let commands: Set<String> = [
    "verify", "cutover",
  ]

  /// What to say if the arguments, which could not be parsed, ask for such a thing; nil if they do not.
  static func failure(arguments: [String]) -> CommandFailure? {
    let words = arguments.prefix { !$0.hasPrefix("-") }
    for count in [1, 2] where words.count >= count {
      let command = words.prefix(count).joined(separator: " ")
      if commands.contains(command) { return unsupported("the command '\(command)'") }
    }
    for argument in arguments {
      guard let name = argument.split(separator: "=", maxSplits: 1).first, flags.contains(name) else { continue }
      return unsupported("the flag '\(name)'")
    }
    return nil
  }

  private static func unsupported(_ what: String) -> CommandFailure {
    .usage("this version of pgsyncd (\(ProgramVersion.current)) does not have \(what) yet")
  }
}
