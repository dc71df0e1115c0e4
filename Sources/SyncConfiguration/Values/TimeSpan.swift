/// Lengths of time as an operator writes them: `60s`, `500ms`, `5min`, `1h`, `1d`.
public enum TimeSpan {
  private static let units: [(suffix: String, milliseconds: Int)] = [
    ("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000),
  ]

  /// The number of milliseconds that a text stands for; nil if it is not a length of time.
  ///
  /// The unit must be there: a bare number would leave open what it counts.
  public static func milliseconds(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard let number = Int(digits), let factor = units.first(where: { $0.suffix == unit })?.milliseconds else {
      return nil
    }
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : milliseconds
  }

  /// The length in the largest unit that divides it.
  public static func text(_ milliseconds: Int) -> String {
    for unit in units.reversed() where milliseconds >= unit.milliseconds && milliseconds % unit.milliseconds == 0 {
      return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
    }
    return "\(milliseconds)ms"
  }
}
