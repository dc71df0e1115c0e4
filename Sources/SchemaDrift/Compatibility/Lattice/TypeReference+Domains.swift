extension TypeReference {
  /// True for a domain.
  var isDomain: Bool { if case .domain = definition { true } else { false } }

  /// The type below all domains, with the modifier that the innermost domain gives it.
  public var withoutDomains: TypeReference {
    if case .domain(let base, _, _) = definition { base.withoutDomains } else { self }
  }

  /// This type as the element of `array`: an array's modifier is the one of its elements.
  func asElement(of array: TypeReference) -> TypeReference {
    modifier == -1 ? withModifier(array.modifier) : self
  }

  /// True for a type of `pg_catalog`, wherever its OID comes from.
  var isBuiltinByName: Bool { name.schema.isSameName(as: "pg_catalog") }
}
