import PostgresTypes

/// Whether a column may be written although its type differs, under the operator's policy.
struct TypeDecision {
  /// What may be done with the column.
  enum Permission: Hashable {
    /// The types are the same, or the difference is safe and allowed.
    case free
    /// Safe, but safe casts are switched off.
    case safeButForbidden
    /// Not safe, and allowed by this setting or flag.
    case allowed(by: String, check: ColumnMapping.ValueCheck)
    /// Not safe.
    case forbidden
  }

  let conversion: TypeConversion
  let permission: Permission
  /// True if a time that the declared zone skips must not pass: it would come back as another one.
  private let checksTimes: Bool

  /// - Parameter isInexact: a value has turned out not to survive, so that the column needs more than exact values.
  init(_ source: ColumnSchema, _ target: ColumnSchema, _ policy: DriftPolicy, isInexact: Bool) {
    let conversion = TypeConversion.between(source.type, target.type, timezone: policy.timezone)
    self.conversion = conversion
    let isNamed = Self.isNamed(target.type, for: source.name, in: policy.allowTypeCasts)
    let isLossAllowed = isNamed || policy.typeMismatches == .castAlways
    checksTimes = !isLossAllowed
    permission =
      switch conversion {
      case .identical: .free
      case _ where isInexact && !isLossAllowed: .forbidden
      case _ where conversion.isLossless:
        policy.safeCastsAllowed || policy.typeMismatches != .stop || isNamed ? .free : .safeButForbidden
      case .impossible: .forbidden
      case _ where isNamed: .allowed(by: "--allow-type-cast", check: .none)
      case _ where policy.typeMismatches == .castAlways:
        .allowed(by: "type_mismatches: cast_always", check: .none)
      case _ where policy.typeMismatches == .castIfExact:
        .allowed(by: "type_mismatches: cast_if_exact", check: .exactRoundTrip)
      default: .forbidden
      }
  }

  /// The way a value takes.
  func mapping(
    _ match: SourceColumnMatch, ordinal: Int, to target: ColumnSchema, timezone: String
  ) -> ColumnMapping {
    var check = ColumnMapping.ValueCheck.none
    var isAllowedLoss = false
    if case .allowed(_, let asked) = permission {
      check = asked
      isAllowedLoss = true
    }
    let zone: String? =
      if case .conditional(.declaredTimeZone(let zone)) = conversion, !TimeZoneName.isUTC(zone) { zone } else { nil }
    if zone != nil, checksTimes { check = .exactRoundTrip }
    let source = match.column.type.withoutDomains
    // A cast changes a value that the type's own input would refuse, so it is made only where that was asked for.
    var isReadDifferently = zone != nil
    if case .lossy = conversion, isAllowedLoss {
      isReadDifferently = source.hasCasts && target.type.withoutDomains.hasCasts
    }
    return ColumnMapping(
      source: match.column.name, ordinal: ordinal, target: target.name, conversion: conversion,
      castThrough: isReadDifferently ? source.castName : nil, timeZone: zone, check: check,
      wayBack: source.wayBack(from: target.type.withoutDomains, isZoned: zone != nil))
  }

  /// True if an override for the column names this type of the target, in any of its spellings.
  private static func isNamed(_ type: TypeReference, for column: String, in casts: [String: String]) -> Bool {
    guard let wanted = casts.first(where: { $0.key.isSameName(as: column) })?.value else { return false }
    let aliases = ["int": "integer", "decimal": "numeric", "dec": "numeric", "float": "double precision"]
    let plain = { (text: String) in text.lowercased().filter { $0 != " " } }
    let name = plain(aliases[wanted.lowercased()] ?? wanted)
    return [type.shortSQL, type.shortName, type.sqlName, type.castName, type.name.name, type.name.sql]
      .contains { plain($0) == name }
  }
}

extension TypeReference {
  /// How a value of the target's type becomes one of this type again.
  fileprivate func wayBack(from target: TypeReference, isZoned: Bool) -> ColumnMapping.WayBack {
    guard isKnownEverywhere else { return .text }
    if isZoned || isSpelledDifferently(as: target) { return .casting(sqlName) }
    guard case .base = definition else { return .reading(sqlName) }
    switch name.name {
    case "bpchar": return .padded
    // A cast to such a type with its length cuts silently what the type's input would refuse.
    case "varchar", "bit", "varbit": return .reading(castName)
    default: return .reading(sqlName)
    }
  }

  /// True if the type's input does not read what the other type puts out, although it is the same value.
  private func isSpelledDifferently(as other: TypeReference) -> Bool {
    if case .array(let element) = definition, case .array(let otherElement) = other.definition {
      return element.isSpelledDifferently(as: otherElement)
    }
    let fractions: Set = ["numeric", "float4", "float8", "money"]
    return switch name.name {
    case "int2", "int4", "int8": other.isBuiltinByName && fractions.contains(other.name.name)
    case "macaddr": other.isBuiltinByName && other.name.name == "macaddr8"
    default: false
    }
  }

  /// True for the types of `pg_catalog`, their arrays included.
  fileprivate var isKnownEverywhere: Bool {
    if case .array(let element) = definition { return element.isKnownEverywhere }
    return isBuiltinByName
  }

  /// True for the types among which PostgreSQL has casts: the base types of `pg_catalog` and arrays of them. Ranges,
  /// enums and composites are only ever read from text.
  fileprivate var hasCasts: Bool {
    switch definition {
    case .base: isBuiltinByName
    case .array(let element): element.withoutDomains.hasCasts
    default: false
    }
  }
}
