import Foundation

/// How figures are written.
enum Figures {
  /// `12,345`
  static func number(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits.removeLast(3)
    }
    groups.insert(digits[...], at: 0)
    return (value < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// `1 row`, `12,345 rows`
  static func count(_ value: Int, _ noun: String) -> String { "\(number(value)) \(noun)\(value == 1 ? "" : "s")" }

  /// `0.4 ms`, `38 ms`, `2.41 s`
  static func seconds(_ duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    if seconds < 0.01 { return String(format: "%.1f ms", seconds * 1000) }
    if seconds < 1 { return String(format: "%.0f ms", seconds * 1000) }
    return String(format: "%.2f s", seconds)
  }
}
