/// How long the text of a value can get.
enum TextLength {
  /// The most characters that a value of the type has as text; nil if there is no limit.
  static func longest(_ type: TypeReference) -> Int32? {
    guard type.isBuiltinByName else { return nil }
    switch type.name.name {
    case "numeric": return TypeModifier.numeric(type.modifier).map { numeric($0.precision, $0.scale) }
    case "bit", "varbit": return TypeModifier.bits(type.modifier)
    default: return fixed[type.name.name]
    }
  }

  /// Sign, digits, zeros up to the point, and the point; at least `NaN`.
  private static func numeric(_ precision: Int32, _ scale: Int32) -> Int32 {
    if scale <= 0 { return max(3, 1 + precision - scale) }
    return 1 + max(precision - scale, 1) + 1 + scale
  }

  /// The longest texts: `-9223372036854775808`, `5874897-12-31`, `4713-01-01 00:00:00.000001 BC`, an offset with seconds.
  private static let fixed: [String: Int32] = [
    "bool": 1, "int2": 6, "int4": 11, "int8": 20, "float4": 16, "float8": 24, "date": 13, "time": 15, "timetz": 24,
    "timestamp": 29, "timestamptz": 38, "interval": 80, "uuid": 36, "oid": 10, "xid": 10, "cid": 10, "xid8": 20,
    "pg_lsn": 17, "macaddr": 17, "macaddr8": 23, "inet": 50, "cidr": 50, "money": 40, "tid": 20,
  ]
}
