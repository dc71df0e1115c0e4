import PostgresTypes

/// Decides what happens to values between two types. Types of both sides are matched by schema and name, never by OID.
///
/// The measure is the round trip source → text → target → text → source (with a cast back where only the spelling
/// differs, as in `5.00` for an integer): a conversion is lossless if every value comes back, and lossy if some value is
/// changed or refused; the witness names one. What the operator must ask for although every value survives (anything →
/// text) is conditional. `timestamptz` → `timestamp` comes back under one pinned time zone, and is lossy all the same:
/// what the target then holds says no longer which moment it was. `date` → `timestamp` is called lossless although dates
/// after the year 294276 have no timestamp: such a date is refused, and the table stops with nothing lost.
///
/// The rules by family: ``NumberLattice``, ``TextLattice``, ``BitStringLattice``, ``DateTimeLattice``, and what types
/// are made of (domains, arrays, enums, composites, ranges) here.
struct TypeLattice {
  /// The time zone in which times without a zone are read.
  var timezone: String

  /// The conversion between two column types.
  func conversion(from source: TypeReference, to target: TypeReference) -> TypeConversion {
    let found = conversionWithoutDomains(from: source.withoutDomains, to: target.withoutDomains)
    let hasDomain = source.isDomain || target.isDomain
    guard hasDomain, found == .identical, !source.name.isSameName(as: target.name) else { return found }
    return .widening
  }

  private func conversionWithoutDomains(from source: TypeReference, to target: TypeReference) -> TypeConversion {
    switch (source.definition, target.definition) {
    case (.pseudo, _), (_, .pseudo): .impossible(why: "A pseudo-type has no values.")
    case (.base, .base): baseConversion(from: source, to: target)
    case (.array(let element), .array(let other)):
      arrayConversion(from: element.asElement(of: source), to: other.asElement(of: target))
    case (.enumeration(let labels), .enumeration(let others)):
      enumConversion(labels, others, isSameName: source.name.isSameName(as: target.name))
    case (.composite(let attributes), .composite(let others)):
      compositeConversion(attributes, others, isSameName: source.name.isSameName(as: target.name))
    case (.range(let subtype), .range(let other)):
      nested(conversion(from: subtype, to: other), isSameName: source.name.isSameName(as: target.name))
    case (.multirange(let range), .multirange(let other)):
      nested(conversion(from: range, to: other), isSameName: source.name.isSameName(as: target.name))
    case (.unknown, _), (_, .unknown): conversionByName(from: source, to: target)
    default: conversionAcrossKinds(from: source, to: target)
    }
  }

  // MARK: Base types

  private func baseConversion(from source: TypeReference, to target: TypeReference) -> TypeConversion {
    if source.name.isSameName(as: target.name), source.modifier == target.modifier { return .identical }
    if source.isBuiltinByName, target.isBuiltinByName {
      let families = [
        NumberLattice.conversion, TextLattice.conversion, BitStringLattice.conversion,
        DateTimeLattice(timezone: timezone).conversion, DocumentLattice.conversion,
      ]
      for family in families {
        if let found = family(source, target) { return found }
      }
    }
    if source.name.name.isSameName(as: target.name.name), source.isBuiltinByName == target.isBuiltinByName {
      return sameTypeOtherModifier(from: source, to: target)
    }
    return conversionAcrossKinds(from: source, to: target)
  }

  /// An extension's type may live in another schema on each side. What its modifier means is not known.
  private func sameTypeOtherModifier(from source: TypeReference, to target: TypeReference) -> TypeConversion {
    target.modifier == -1 || target.modifier == source.modifier
      ? .widening
      : .lossy(why: "apply a type modifier whose effect is not known", witness: nil)
  }

  /// Types of different kinds: text takes everything, on request; text may be read as anything, or be refused.
  private func conversionAcrossKinds(from source: TypeReference, to target: TypeReference) -> TypeConversion {
    if TextLattice.isText(target) { return TextLattice.conversionIntoText(from: source, to: target) }
    if TextLattice.isText(source) { return TextLattice.conversionOutOfText(from: source, to: target) }
    return .impossible(why: "Values of \(source.shortSQL) are not values of \(target.shortSQL).")
  }

  /// One of the types is known by name only.
  private func conversionByName(from source: TypeReference, to target: TypeReference) -> TypeConversion {
    guard source.name.isSameName(as: target.name) else { return conversionAcrossKinds(from: source, to: target) }
    return source.modifier == target.modifier ? .identical : sameTypeOtherModifier(from: source, to: target)
  }

  // MARK: Types made of other types

  private func arrayConversion(from element: TypeReference, to other: TypeReference) -> TypeConversion {
    let found = conversion(from: element, to: other)
    if case .conditional(.declaredTimeZone(let zone)) = found, !TimeZoneName.isUTC(zone) {
      return .lossy(why: "read the times of an array in UTC instead of \(zone)", witness: nil)
    }
    return found
  }

  private func enumConversion(_ labels: [String], _ others: [String], isSameName: Bool) -> TypeConversion {
    let known = Set(others.map(NameKey.init))
    if let missing = labels.first(where: { !known.contains(NameKey($0)) }) {
      return .lossy(why: "refuse a label", witness: "'\(missing)' → refused")
    }
    return isSameName ? .identical : .widening
  }

  private func compositeConversion(
    _ attributes: [CompositeAttribute], _ others: [CompositeAttribute], isSameName: Bool
  ) -> TypeConversion {
    guard attributes.count == others.count else {
      return .lossy(
        why: "refuse every value: the source's type has \(attributes.count) attributes, the target's \(others.count)",
        witness: nil)
    }
    guard zip(attributes, others).allSatisfy({ $0.name.isSameName(as: $1.name) }) else {
      return .lossy(why: "mix up attributes: their names or their order differ", witness: nil)
    }
    let members = zip(attributes, others).map { arrayConversion(from: $0.type, to: $1.type) }
    return nested(members.max { $0.rank < $1.rank } ?? .identical, isSameName: isSameName)
  }

  private func nested(_ inner: TypeConversion, isSameName: Bool) -> TypeConversion {
    if case .conditional(.declaredTimeZone(let zone)) = inner, !TimeZoneName.isUTC(zone) {
      return .lossy(why: "read the times inside in UTC instead of \(zone)", witness: nil)
    }
    return inner == .identical && !isSameName ? .widening : inner
  }
}

extension TypeConversion {
  /// What happens to values between two types.
  ///
  /// - Parameter timezone: the one declared time zone (`schema.timezone`) in which times without a zone are read.
  public static func between(
    _ source: TypeReference, _ target: TypeReference, timezone: String = "UTC"
  ) -> TypeConversion {
    TypeLattice(timezone: timezone).conversion(from: source, to: target)
  }

  /// The heavier of two conversions decides for what is made of both.
  var rank: Int {
    switch self {
    case .identical: 0
    case .widening: 1
    case .conditional(.declaredTimeZone): 2
    case .conditional(.explicitRequest): 3
    case .lossy: 4
    case .impossible: 5
    }
  }

  /// True if every value survives without anybody having asked for it.
  public var isLossless: Bool { rank <= 2 }
}
