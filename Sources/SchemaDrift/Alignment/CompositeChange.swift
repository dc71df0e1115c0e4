import PostgresTypes

/// Gives a composite type of the target the attributes that the source's has.
enum CompositeChange {
  /// The statements, or nil if the two are not composite types of the same name, or if an attribute changes its type
  /// (``CompositeReplacement``). Empty if an attribute would have to change its place.
  static func statements(
    from target: TypeReference, to source: TypeReference, types: TypeCreation
  ) -> [String]? {
    if case .array(let element) = target.definition, case .array(let other) = source.definition {
      return statements(from: element, to: other, types: types)
    }
    guard case .composite(let present) = target.definition, case .composite(let wanted) = source.definition,
      target.name.isSameName(as: source.name)
    else { return nil }
    let wantedNames = Set(wanted.map { NameKey($0.name) })
    let kept = present.filter { wantedNames.contains(NameKey($0.name)) }
    let isPrefix = zip(kept, wanted).allSatisfy { old, new in
      old.name.isSameName(as: new.name) && TypeConversion.between(new.type, old.type) == .identical
    }
    guard isPrefix else {
      let keepsNames =
        present.count == wanted.count && zip(present, wanted).allSatisfy { $0.name.isSameName(as: $1.name) }
      return keepsNames ? nil : []
    }
    let alterType = "ALTER TYPE \(target.name.sql) "
    let dropped = present.filter { !wantedNames.contains(NameKey($0.name)) }
      .map { alterType + "DROP ATTRIBUTE \(SQLIdentifier.quoted($0.name));" }
    let added = wanted.dropFirst(kept.count).flatMap { attribute in
      types.statements(for: attribute.type)
        + [alterType + "ADD ATTRIBUTE \(SQLIdentifier.quoted(attribute.name)) \(attribute.type.shortSQL);"]
    }
    return dropped + added
  }
}
