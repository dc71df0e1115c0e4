import Foundation
import Observability

/// What the standard streams are connected to.
enum Terminal {
  /// True if a person reads the stream (1 stdout, 2 stderr) or types into it (0 stdin).
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// What the stream can show. `NO_COLOR` (no-color.org) and `TERM=dumb` are honoured.
  static func style(_ descriptor: Int32, environment: [String: String]) -> TerminalStyle {
    guard isTerminal(descriptor), environment["TERM"] != "dumb" else { return .plain }
    let refusesColor = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return TerminalStyle(
      width: columns(descriptor, environment: environment), hasColor: !refusesColor,
      hasUnicode: hasUTF8(environment))
  }

  /// How many lines the terminal shows; nil if it does not say.
  static func rows(_ descriptor: Int32) -> Int? {
    guard let size = size(descriptor), size.ws_row > 0 else { return nil }
    return Int(size.ws_row)
  }

  private static func size(_ descriptor: Int32) -> winsize? {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }

  private static func columns(_ descriptor: Int32, environment: [String: String]) -> Int {
    if let size = size(descriptor), size.ws_col > 0 { return Int(size.ws_col) }
    return environment["COLUMNS"].flatMap { Int($0) } ?? 80
  }

  /// The first of these variables that is set to something decides (POSIX, «Internationalization Variables»).
  private static func hasUTF8(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let name = locale.lowercased()
    return name.contains("utf-8") || name.contains("utf8")
  }
}
