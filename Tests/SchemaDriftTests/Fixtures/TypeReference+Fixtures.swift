import PostgresTypes

@testable import SchemaDrift

/// Types as short words: `.varchar(20)`, `.enumeration("shop.mood", ["sad", "happy"])`.
extension TypeReference {
  static func named(_ name: String, _ modifier: Int32 = -1) -> TypeReference {
    guard let type = BuiltinTypes.type(named: name, modifier: modifier) else {
      preconditionFailure("\(name) is no built-in type")
    }
    return type
  }

  static let int2 = named("int2")
  static let int4 = named("int4")
  static let int8 = named("int8")
  static let text = named("text")
  static let bool = named("bool")
  static let jsonb = named("jsonb")
  static let uuid = named("uuid")
  static let date = named("date")
  static let timestamp = named("timestamp")
  static let timestamptz = named("timestamptz")
  static let float4 = named("float4")
  static let float8 = named("float8")
  static let numeric = named("numeric")
  static let money = named("money")

  static func varchar(_ length: Int32) -> TypeReference { named("varchar", length + 4) }
  static func char(_ length: Int32) -> TypeReference { named("bpchar", length + 4) }
  static func numeric(_ precision: Int32, _ scale: Int32) -> TypeReference {
    named("numeric", (precision << 16 | (scale & 0x7FF)) + 4)
  }

  /// A user-defined type; the OID differs from call site to call site unless it is given.
  static func userDefined(_ name: String, _ definition: TypeDefinition, oid: UInt32 = 16_500) -> TypeReference {
    guard let qualified = QualifiedName(parsing: name) else { preconditionFailure("\(name) is no name") }
    return TypeReference(oid: OID(rawValue: oid), name: qualified, sqlName: qualified.sql, definition: definition)
  }

  static func enumeration(_ name: String, _ labels: [String], oid: UInt32 = 16_400) -> TypeReference {
    userDefined(name, .enumeration(labels: labels), oid: oid)
  }

  static func domain(
    _ name: String, over base: TypeReference, isNotNull: Bool = false, checks: [String] = []
  ) -> TypeReference {
    userDefined(name, .domain(base: base, isNotNull: isNotNull, checks: checks))
  }

  static func composite(_ name: String, _ attributes: [(String, TypeReference)]) -> TypeReference {
    userDefined(name, .composite(attributes.map { CompositeAttribute(name: $0.0, type: $0.1) }))
  }

  static func array(of element: TypeReference) -> TypeReference {
    if element.isBuiltin { return named("_" + element.name.name, element.modifier) }
    var name = element.name
    name.name = "_" + name.name
    return TypeReference(
      oid: OID(rawValue: element.oid.rawValue + 1), name: name, sqlName: element.sqlName + "[]",
      definition: .array(element: element))
  }

  func with(_ change: (inout TypeReference) -> Void) -> TypeReference {
    var copy = self
    change(&copy)
    return copy
  }
}
