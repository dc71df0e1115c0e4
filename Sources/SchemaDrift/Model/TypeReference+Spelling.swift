import PostgresTypes

extension TypeReference {
  /// The type as people write it in SQL, modifier included: `varchar(20)`, `timestamptz`, `numeric(10,2)[]`,
  /// `shop.mood`. It can be pasted into a statement whatever the `search_path` is.
  public var shortSQL: String {
    if case .array(let element) = definition {
      return (element.modifier == -1 ? element.withModifier(modifier) : element).shortSQL + "[]"
    }
    return isBuiltin ? BuiltinTypeSpelling.short(name.name, modifier) : sqlName
  }

  /// The type without its modifier: `varchar`, `numeric[]`, `shop.mood`.
  public var shortName: String {
    if case .array(let element) = definition { return element.shortName + "[]" }
    return isBuiltin ? BuiltinTypeSpelling.bare(name.name) : castName
  }

  /// True for a type of `pg_catalog`, whose names and modifiers are known.
  var isBuiltin: Bool { name.schema == "pg_catalog" && oid.isSameEverywhere }

  /// The same type with another modifier. The text of a foreign type's modifier cannot be made up: such a type is
  /// then written without one.
  func withModifier(_ other: Int32) -> TypeReference {
    guard other != modifier else { return self }
    var copy = self
    copy.modifier = other
    if case .array(let element) = definition {
      copy.sqlName = element.withModifier(other).sqlName + "[]"
    } else if isBuiltin {
      copy.sqlName = BuiltinTypeSpelling.formatted(name.name, other)
    } else {
      copy.sqlName = castName
    }
    return copy
  }

  /// A type that is the same in every cluster (`pg_catalog`, OID below 10000): nil if it is none, or an internal one
  /// that no column of a user's table has.
  public static func builtin(_ oid: OID, modifier: Int32 = -1) -> TypeReference? {
    BuiltinTypes.type(oid, modifier: modifier)
  }

  /// A type as a TYPE message announces it: its OID on the source, namespace and name, and nothing of what it is made
  /// of. An empty namespace means `pg_catalog`. A *domain* is announced by its own OID with the name of its base type;
  /// it is told by that OID, which no type of `pg_catalog` has.
  public static func announced(oid: OID, namespace: String, name: String) -> TypeReference {
    let schema = namespace.isEmpty ? "pg_catalog" : namespace
    let qualified = QualifiedName(schema: schema, name: name)
    if schema == "pg_catalog", let base = BuiltinTypes.type(named: name, modifier: -1) {
      guard base.oid != oid else { return base }
      return TypeReference(
        oid: oid, name: qualified, sqlName: base.sqlName,
        definition: .domain(base: base, isNotNull: false, checks: []))
    }
    return TypeReference(oid: oid, name: qualified, sqlName: qualified.sql, definition: .unknown)
  }

  /// A type of which nothing is known but the OID on its own server.
  static func unknown(oid: OID, modifier: Int32) -> TypeReference {
    TypeReference(
      oid: oid, name: QualifiedName(schema: "", name: "oid \(oid)"), modifier: modifier,
      sqlName: "type with OID \(oid)", definition: .unknown)
  }
}
