/// Knows where ALTER COLUMN … TYPE converts by itself, and where it needs a USING clause.
enum AssignmentCast {
  /// The USING expression for changing a column of the target from one type to another; nil if none is needed.
  ///
  /// - Parameters:
  ///   - column: the column as SQL text.
  ///   - timezone: the time zone in which times without a zone are read. The operator's session may have another one,
  ///     so conversions between the two kinds of timestamp always name it.
  static func using(_ column: String, from old: TypeReference, to new: TypeReference, timezone: String) -> String? {
    let zone = TimeZoneClause(timezone)
    switch (old.withoutDomains.name.name, new.withoutDomains.name.name) {
    case _ where !old.withoutDomains.isBuiltinByName || !new.withoutDomains.isBuiltinByName: break
    case ("timestamp", "timestamptz"), ("timestamptz", "timestamp"): return zone.applied(to: column)
    case ("date", "timestamptz"): return zone.applied(to: column + "::timestamp")
    case ("timestamptz", "date"): return "(" + zone.applied(to: column) + ")::date"
    case ("timestamptz", "time"): return "(" + zone.applied(to: column) + ")::time"
    default: break
    }
    if exists(from: old, to: new) { return nil }
    // Ranges of different types, and types that PostgreSQL does not know how to cast, meet in their text.
    let needsText =
      !old.withoutDomains.isBuiltinByName || !new.withoutDomains.isBuiltinByName || old.isMadeOfRange
    return column + (needsText && !TextLattice.isText(old) ? "::text" : "") + "::" + new.shortSQL
  }

  /// True if PostgreSQL assigns values of one type to the other without being told.
  static func exists(from old: TypeReference, to new: TypeReference) -> Bool {
    if case .domain = old.definition { return exists(from: old.withoutDomains, to: new) }
    if case .domain = new.definition { return exists(from: old, to: new.withoutDomains) }
    if old.name.isSameName(as: new.name) { return true }
    if case .array(let element) = old.definition, case .array(let other) = new.definition {
      return exists(from: element, to: other)
    }
    guard new.isBuiltinByName else { return false }
    if ["text", "varchar", "bpchar"].contains(new.name.name) { return true }
    guard old.isBuiltinByName else { return false }
    return families.contains { $0.from.contains(old.name.name) && $0.to.contains(new.name.name) }
  }

  /// Assignment and implicit casts of `pg_cast`, family by family.
  private static let families: [(from: Set<String>, to: Set<String>)] = [
    (numbers, numbers), (["int4", "int8", "numeric"], ["money"]), (["money"], ["numeric"]),
    (["text", "varchar", "bpchar"], ["name", "char"]), (["bit", "varbit"], ["bit", "varbit"]),
    (["date"], ["timestamp"]), (["timestamp"], ["date", "time"]), (["timestamptz"], ["timetz"]),
    (["time"], ["timetz", "interval"]), (["timetz", "interval"], ["time"]), (["json", "jsonb"], ["json", "jsonb"]),
    (["inet", "cidr"], ["inet", "cidr"]), (["macaddr", "macaddr8"], ["macaddr", "macaddr8"]),
  ]

  private static let numbers: Set<String> = ["int2", "int4", "int8", "numeric", "float4", "float8"]
}

extension TypeReference {
  /// True for ranges, multiranges and arrays of them.
  fileprivate var isMadeOfRange: Bool {
    switch withoutDomains.definition {
    case .range, .multirange: true
    case .array(let element): element.isMadeOfRange
    default: false
    }
  }
}
