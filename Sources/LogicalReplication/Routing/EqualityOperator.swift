import PostgresTypes
import SchemaDrift

/// The operator that compares two values of a type for equality, under an empty `search_path`.
public enum EqualityOperator {
  /// `=` for types whose operator lies in `pg_catalog`; qualified with the type's own schema for a base type of an
  /// extension (citext, hstore, …), which brings its operators along with the type.
  static func sql(for type: TypeReference) -> String {
    switch type.definition {
    case .base where type.name.schema != "pg_catalog":
      "OPERATOR(" + SQLIdentifier.quoted(type.name.schema) + ".=)"
    case .domain(let base, _, _): sql(for: base)
    default: "="
    }
  }

  /// The condition that two SQL expressions of this type are equal.
  public static func condition(_ left: String, _ right: String, as type: TypeReference) -> String {
    guard let base = typeUnderDomain(type)?.castName else { return "\(left) \(sql(for: type)) \(right)" }
    return "CAST(\(left) AS \(base)) \(sql(for: type)) CAST(\(right) AS \(base))"
  }

  /// The type that a domain, or a domain over a domain, stands for; nil for a type that is no domain.
  static func typeUnderDomain(_ type: TypeReference) -> TypeReference? {
    guard case .domain(let base, _, _) = type.definition else { return nil }
    return typeUnderDomain(base) ?? base
  }
}
