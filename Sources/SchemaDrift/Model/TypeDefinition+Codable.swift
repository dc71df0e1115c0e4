extension TypeDefinition: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind, element, labels, base, checks, attributes, subtype, range
    case isNotNull = "not_null"
  }

  private enum Kind: String, Codable {
    case base, pseudo, array, domain, composite, range, multirange, unknown
    case enumeration = "enum"
  }

  /// Writes an object whose `kind` says which other members it has: `{"kind": "base"}`,
  /// `{"kind": "array", "element": T}`, `{"kind": "enum", "labels": ["a"]}`,
  /// `{"kind": "domain", "base": T, "not_null": false, "checks": []}`,
  /// `{"kind": "composite", "attributes": [{"name": "x", "type": T}]}`, `{"kind": "range", "subtype": T}`,
  /// `{"kind": "multirange", "range": T}`, `{"kind": "unknown"}`; `T` is a ``TypeReference``.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(kind, forKey: .kind)
    switch self {
    case .base, .pseudo, .unknown: break
    case .array(let element): try object.encode(element, forKey: .element)
    case .enumeration(let labels): try object.encode(labels, forKey: .labels)
    case .domain(let base, let isNotNull, let checks):
      try object.encode(base, forKey: .base)
      try object.encode(isNotNull, forKey: .isNotNull)
      try object.encode(checks, forKey: .checks)
    case .composite(let attributes): try object.encode(attributes, forKey: .attributes)
    case .range(let subtype): try object.encode(subtype, forKey: .subtype)
    case .multirange(let range): try object.encode(range, forKey: .range)
    }
  }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: CodingKeys.self)
    switch try object.decode(Kind.self, forKey: .kind) {
    case .base: self = .base
    case .pseudo: self = .pseudo
    case .unknown: self = .unknown
    case .array: self = .array(element: try object.decode(TypeReference.self, forKey: .element))
    case .enumeration: self = .enumeration(labels: try object.decode([String].self, forKey: .labels))
    case .domain:
      self = .domain(
        base: try object.decode(TypeReference.self, forKey: .base),
        isNotNull: try object.decode(Bool.self, forKey: .isNotNull),
        checks: try object.decode([String].self, forKey: .checks))
    case .composite: self = .composite(try object.decode([CompositeAttribute].self, forKey: .attributes))
    case .range: self = .range(subtype: try object.decode(TypeReference.self, forKey: .subtype))
    case .multirange: self = .multirange(range: try object.decode(TypeReference.self, forKey: .range))
    }
  }

  private var kind: Kind {
    switch self {
    case .base: .base
    case .pseudo: .pseudo
    case .array: .array
    case .enumeration: .enumeration
    case .domain: .domain
    case .composite: .composite
    case .range: .range
    case .multirange: .multirange
    case .unknown: .unknown
    }
  }
}
