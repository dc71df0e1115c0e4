import Foundation

/// The demonstration: two throw-away clusters, a shop with traffic, a drift, one table that stops, and nothing lost.
///
/// Exit codes: 0 everything happened and both sides are equal; 1 a step failed or was late; 3 the data differ;
/// 64 usage; 130 interrupted. Servers, processes and files are gone in every case.
@main
struct Demo {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments == ["--help"] || arguments == ["-h"] {
      print(DemoOptions.usage)
      return
    }
    guard let options = DemoOptions(arguments) else {
      complain(DemoOptions.usage)
      exit(64)
    }
    Interruption.watch()
    do {
      var story = ShopStory(options: options)
      try story.tell()
    } catch {
      // Ctrl-C reaches the programs that are run as well, so whatever failed after it failed because of it.
      if Interruption.hasHappened {
        complain("\nInterrupted; everything is cleaned up.")
        exit(130)
      }
      complain("\nThe demo FAILED: \(error)")
      if case DemoFailure.different = error { exit(3) }
      exit(1)
    }
  }

  private static func complain(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }
}
