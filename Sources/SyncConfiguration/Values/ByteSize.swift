/// Amounts of memory and disk as an operator writes them: `16MB`, `1GB`, `512kB`, or a plain count of bytes.
///
/// Units are PostgreSQL's: each is 1024 times the one before (config-setting-names-values).
public enum ByteSize {
  private static let units: [(suffix: String, factor: Int)] = [
    ("b", 1), ("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30), ("tb", 1 << 40),
  ]

  /// The count of bytes that a text stands for; nil if it is not a size or does not fit an `Int`.
  ///
  /// Upper and lower case mean the same. A blank may stand between number and unit.
  public static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits) else { return nil }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let factor = unit.isEmpty ? 1 : units.first(where: { $0.suffix == unit })?.factor else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : bytes
  }

  /// The size in the largest unit that divides it, so that reading it back gives the same count.
  public static func text(_ bytes: Int) -> String {
    let spellings = ["B", "kB", "MB", "GB", "TB"]
    for (unit, spelling) in zip(units, spellings).reversed() where bytes >= unit.factor && bytes % unit.factor == 0 {
      return "\(bytes / unit.factor)\(spelling)"
    }
    return "\(bytes)B"
  }
}
