/// What the modifiers (`atttypmod`) of the types of `pg_catalog` mean.
enum TypeModifier {
  /// `n` of `varchar(n)` and `char(n)`, in characters; nil for no limit.
  static func characters(_ modifier: Int32) -> Int32? { modifier >= 4 ? modifier - 4 : nil }

  /// `n` of `bit(n)` and `varbit(n)`; nil for no limit.
  static func bits(_ modifier: Int32) -> Int32? { modifier >= 0 ? modifier : nil }

  /// Precision and scale of `numeric(p,s)`; nil for any number. The scale may be negative from 15 on
  /// (`make_numeric_typmod`, adt/numeric.c).
  static func numeric(_ modifier: Int32) -> (precision: Int32, scale: Int32)? {
    guard modifier >= 4 else { return nil }
    let packed = modifier - 4
    return ((packed >> 16) & 0xFFFF, ((packed & 0x7FF) ^ 1024) - 1024)
  }

  /// Digits after the second of the time types; 6 if the type says nothing.
  static func secondsDigits(_ modifier: Int32) -> Int32 { modifier >= 0 ? min(modifier, 6) : 6 }

  /// The fields and the digits of an interval; nil fields mean all of them (`intervaltypmodout`, adt/timestamp.c).
  static func interval(_ modifier: Int32) -> (fields: Int32?, digits: Int32?) {
    guard modifier >= 0 else { return (nil, nil) }
    let fields = (modifier >> 16) & 0x7FFF
    let digits = modifier & 0xFFFF
    return (fields == 0x7FFF ? nil : fields, digits == 0xFFFF ? nil : digits)
  }

  /// The modifier as it is written after the type's name: `(10,2)`, ` day to second(3)`, or nothing.
  static func suffix(of name: String, _ modifier: Int32) -> String {
    switch name {
    case "varchar", "bpchar": characters(modifier).map { "(\($0))" } ?? ""
    case "bit", "varbit": bits(modifier).map { "(\($0))" } ?? ""
    case "numeric": numeric(modifier).map { "(\($0.precision),\($0.scale))" } ?? ""
    case "time", "timetz", "timestamp", "timestamptz": modifier >= 0 ? "(\(modifier))" : ""
    case "interval": intervalSuffix(modifier)
    default: ""
    }
  }

  private static func intervalSuffix(_ modifier: Int32) -> String {
    let (fields, digits) = interval(modifier)
    return (fields.flatMap { intervalFields[$0] }.map { " " + $0 } ?? "") + (digits.map { "(\($0))" } ?? "")
  }

  /// The bits of `INTERVAL_MASK` (utils/timestamp.h) and what they are called.
  private static let intervalFields: [Int32: String] = [
    0x0004: "year", 0x0002: "month", 0x0008: "day", 0x0400: "hour", 0x0800: "minute", 0x1000: "second",
    0x0006: "year to month", 0x0408: "day to hour", 0x0C08: "day to minute", 0x1C08: "day to second",
    0x0C00: "hour to minute", 0x1C00: "hour to second", 0x1800: "minute to second",
  ]
}
