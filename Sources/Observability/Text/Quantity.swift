/// Amounts in words that are quick to read; exact figures are in the JSON.
public enum Quantity {
  /// `812 kB`, `1.2 GB`: units of 1024, as `pg_size_pretty` counts.
  public static func bytes(_ bytes: Int64) -> String {
    var amount = Double(bytes)
    var unit = "bytes"
    for larger in ["kB", "MB", "GB", "TB", "PB"] where amount.magnitude >= 1024 {
      amount /= 1024
      unit = larger
    }
    return decimal(amount, isWhole: unit == "bytes") + " " + unit
  }

  /// `0.4 s`, `12 s`, `3 min`, `5 h`, `2 d`.
  public static func seconds(_ seconds: Double) -> String {
    switch seconds {
    case ..<10: decimal(max(0, seconds), isWhole: false) + " s"
    case ..<120: "\(Int(seconds)) s"
    case ..<7200: "\(Int(seconds / 60)) min"
    case ..<172_800: "\(Int(seconds / 3600)) h"
    default: "\(Int(min(seconds, 1e15) / 86_400)) d"
    }
  }

  /// `1 table`, `2 tables`; a plural that is not the word and an s is given.
  public static func count(_ number: Int64, _ noun: String, plural: String? = nil) -> String {
    "\(number) " + (number == 1 ? noun : plural ?? noun + "s")
  }

  private static func decimal(_ amount: Double, isWhole: Bool) -> String {
    if isWhole || amount.magnitude >= 100 { return String(Int64(amount.rounded())) }
    let tenths = Int64((amount * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(abs(tenths % 10))"
  }
}
