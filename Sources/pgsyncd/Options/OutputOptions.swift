import ArgumentParser

/// The form in which a command prints its data.
struct OutputOptions: ParsableArguments {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
  }

  @Option(help: ArgumentHelp("The form of the output.", valueName: "text|json"))
  var format: Format = .text

  @Flag(help: "Short for --format json.")
  var json = false

  /// True if the output is JSON.
  var isJSON: Bool { json || format == .json }
}
