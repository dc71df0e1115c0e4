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

  init(_ source: ColumnSchema, _ target: ColumnSchema, _ policy: DriftPolicy) {
    let conversion = TypeConversion.between(source.type, target.type, timezone: policy.timezone)
    self.conversion = conversion
    let isNamed = Self.isNamed(target.type, for: source.name, in: policy.allowTypeCasts)
    permission =
      switch conversion {
      case .identical: .free
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
    let source = match.column.type.withoutDomains
    // A cast changes a value that the type's own input would refuse, so it is made only where that was asked for.
    var isReadDifferently = zone != nil
    if case .lossy = conversion, isAllowedLoss {
      isReadDifferently = source.hasCasts && target.type.withoutDomains.hasCasts
    }
    return ColumnMapping(
      source: match.column.name, ordinal: ordinal, target: target.name, conversion: conversion,
      castThrough: isReadDifferently ? source.castName : nil, timeZone: zone, check: check,
      readBackAs: source.isKnownEverywhere ? source.sqlName : nil)
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
