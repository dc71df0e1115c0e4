/// Options of every command that stand before the command's name: `pgsyncd --config f.yaml status`.
///
/// The argument parser knows options only behind the command that they belong to, so the command goes first.
enum LeadingOptions {
  private static let names: Set<Substring> = [
    "--source", "--target", "--config", "--pipeline", "--publication", "--slot", "--log-level", "--log-format",
  ]

  /// The arguments with the command's name before the options that stood in front of it.
  static func moved(_ arguments: [String]) -> [String] {
    var command = 0
    while command < arguments.count, arguments[command].hasPrefix("--") {
      let parts = arguments[command].split(separator: "=", maxSplits: 1)
      guard let name = parts.first, names.contains(name) else { return arguments }
      command += parts.count == 2 ? 1 : 2
    }
    guard command > 0, command < arguments.count else { return arguments }
    // `schema validate` is one name of two words.
    let words = arguments[command] == "schema" && command + 1 < arguments.count ? 2 : 1
    let name = arguments[command..<(command + words)]
    return Array(name + arguments[..<command] + arguments[(command + words)...])
  }
}
