/// What domains of the target ask of values beyond what the source's types ask.
enum DomainConstraints {
  /// The constraints as text, `NOT NULL` or a check; empty if the source's values meet them all.
  static func additional(from source: ColumnSchema, to target: ColumnSchema) -> [String] {
    let found = additional(from: source.type, to: target.type)
    return source.isNotNull ? found.filter { $0 != "NOT NULL" } : found
  }

  private static func additional(from source: TypeReference, to target: TypeReference) -> [String] {
    // A domain that is known from the wire only goes by the name of its base type; its constraints are not known.
    if source.isDomain, source.isBuiltinByName { return [] }
    let met = Set(constraints(of: source).map(NameKey.init))
    let own = constraints(of: target).filter { !met.contains(NameKey($0)) }
    switch (source.withoutDomains.definition, target.withoutDomains.definition) {
    case (.array(let element), .array(let other)): return own + additional(from: element, to: other)
    case (.composite(let attributes), .composite(let others)) where attributes.count == others.count:
      return own + zip(attributes, others).flatMap { additional(from: $0.type, to: $1.type) }
    default: return own
    }
  }

  private static func constraints(of type: TypeReference) -> [String] {
    guard case .domain(let base, let isNotNull, let checks) = type.definition else { return [] }
    return (isNotNull ? ["NOT NULL"] : []) + checks + constraints(of: base)
  }
}
