/// How long the text of a value can get.
enum TextLength {
  /// The most characters that a value of the type has as text; nil if there is no limit.
  static func longest(_ type: TypeReference) -> Int32? {
    switch type.definition {
    case .enumeration(let labels): return Int32(labels.map(\.unicodeScalars.count).max() ?? 0)
    case .composite(let attributes):
      let members = attributes.map { member($0.type.withoutDomains) }
      guard !members.contains(nil) else { return nil }
      return members.reduce(Int32(attributes.count) + 1) { $0 + ($1 ?? 0) }
    case .range(let subtype): return member(subtype.withoutDomains).map { 3 + 2 * $0 }
    default: break
    }
    guard type.isBuiltinByName else { return nil }
    switch type.name.name {
    case "numeric": return TypeModifier.numeric(type.modifier).map { numeric($0.precision, $0.scale) }
    case "time": return 8 + fraction(type)
    case "timetz": return 17 + fraction(type)
    case "timestamp": return 22 + fraction(type)
    case "timestamptz": return 31 + fraction(type)
    case "interval": return IntervalField(type.modifier) <= .month ? 25 : 80
    case "bit", "varbit": return TypeModifier.bits(type.modifier)
    default: return fixed[type.name.name]
    }
  }

  /// The longest text of a value inside of a composite or a range: in double quotes, and those of its own doubled, where
  /// it can have blanks or quotes.
  private static func member(_ type: TypeReference) -> Int32? {
    guard type.isBuiltinByName, case .base = type.definition else { return nil }
    switch type.name.name {
    case "date", "timestamp", "timestamptz", "interval": return longest(type).map { $0 + 2 }
    case "varchar", "bpchar": return TypeModifier.characters(type.modifier).map { 2 * $0 + 2 }
    default: return longest(type)
    }
  }

  /// The point and the digits behind the second.
  private static func fraction(_ type: TypeReference) -> Int32 {
    let digits = TypeModifier.secondsDigits(type.modifier)
    return digits == 0 ? 0 : digits + 1
  }

  /// Sign, digits, zeros up to the point, and the point; at least `NaN`.
  private static func numeric(_ precision: Int32, _ scale: Int32) -> Int32 {
    if scale <= 0 { return max(3, 1 + precision - scale) }
    return 1 + max(precision - scale, 1) + 1 + scale
  }

  /// The longest texts, such as `-9223372036854775808`, `5874897-12-31`. (Of times they are `4713-01-01 00:00:00 BC` with a
  /// fraction, and offsets with seconds.)
  private static let fixed: [String: Int32] = [
    "bool": 1, "int2": 6, "int4": 11, "int8": 20, "float4": 16, "float8": 24, "date": 13,
    "uuid": 36, "oid": 10, "xid": 10, "cid": 10, "xid8": 20,
    "pg_lsn": 17, "macaddr": 17, "macaddr8": 23, "inet": 50, "cidr": 50, "money": 40, "tid": 20,
  ]
}
