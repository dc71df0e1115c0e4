import PostgresTypes

/// The statements that create the user-defined types that a column needs, innermost first.
struct TypeCreation {
  /// Names of types that the target is known to have, because its columns use them or because they were read.
  private let present: Set<String>
  /// True if `present` is all that the target has.
  private let isExhaustive: Bool
  /// The target's version as a number, `150018`; nil if it is not known.
  let targetVersion: Int32?

  /// - Parameters:
  ///   - target: the target's table; nil if there is none.
  ///   - targetTypes: every user-defined type of the target, if they were read.
  init(target: TableSchema?, targetTypes: [QualifiedName]?, targetVersion: Int32? = nil) {
    self.targetVersion = targetVersion
    let used = (target?.columns ?? []).flatMap { Self.names(in: $0.type) }
    present = Set((used + (targetTypes ?? [])).map(\.sql))
    isExhaustive = targetTypes != nil
  }

  /// What to run before a column of this type can be created.
  func statements(for type: TypeReference) -> [String] {
    if let name = type.details?.extensionName { return installation(of: name, for: type) }
    switch type.definition {
    case .base, .pseudo, .unknown: return []
    case .array(let element): return statements(for: element)
    case .enumeration(let labels): return creation(of: type, after: [], "AS ENUM (\(literals(labels)))")
    case .domain(let base, let isNotNull, let checks):
      return creation(
        of: type, after: statements(for: base), domain: true,
        Self.domainBody(base, isNotNull: isNotNull, checks, type.details))
    case .composite(let attributes):
      return creation(
        of: type, after: attributes.flatMap { statements(for: $0.type) },
        "AS (" + attributes.map { SQLIdentifier.quoted($0.name) + " " + $0.type.shortSQL }.joined(separator: ", ")
          + ")")
    case .range(let subtype):
      guard !type.isBuiltin else { return [] }
      return creation(
        of: type, after: statements(for: subtype),
        "AS RANGE (SUBTYPE = \(subtype.castName)\(type.details?.rangeOptions ?? ""))")
    case .multirange(let range): return statements(for: range)
    }
  }

  /// The words behind `CREATE DOMAIN … AS`.
  private static func domainBody(
    _ base: TypeReference, isNotNull: Bool, _ checks: [String], _ details: TypeDetails?
  ) -> String {
    var words = [base.shortSQL]
    if let collation = details?.collation { words.append("COLLATE \(collation.sql)") }
    if let expression = details?.defaultExpression { words.append("DEFAULT \(expression)") }
    if isNotNull { words.append("NOT NULL") }
    let names = details?.checkNames ?? []
    for (index, check) in checks.enumerated() {
      words.append(index < names.count ? "CONSTRAINT \(SQLIdentifier.quoted(names[index])) \(check)" : check)
    }
    return words.joined(separator: " ")
  }

  /// A type that an extension brings comes with the extension.
  private func installation(of name: String, for type: TypeReference) -> [String] {
    guard !present.contains(type.name.sql) else { return [] }
    let schema = type.details?.extensionSchema
    return (schema.map { SchemaCreation.statements(for: $0) } ?? []) + [
      "CREATE EXTENSION IF NOT EXISTS \(SQLIdentifier.quoted(name))"
        + (schema.map { " SCHEMA \(SQLIdentifier.quoted($0))" } ?? "") + ";"
    ]
  }

  private func creation(
    of type: TypeReference, after before: [String], domain isDomain: Bool = false, _ body: String
  ) -> [String] {
    // A domain that is known from the wire only goes by the name of its base type: there is nothing to create.
    guard !type.isBuiltinByName, !present.contains(type.name.sql) else { return before }
    let statement = isDomain ? "CREATE DOMAIN \(type.name.sql) AS \(body)" : "CREATE TYPE \(type.name.sql) \(body)"
    return before + SchemaCreation.statements(for: type.name.schema)
      + [isExhaustive ? statement + ";" : GuardedStatement.unlessTypeExists(type.name, statement)]
  }

  private func literals(_ labels: [String]) -> String { labels.map(SQLLiteral.afterSpace).joined(separator: ", ") }

  private static func names(in type: TypeReference) -> [QualifiedName] {
    switch type.definition {
    case .base, .pseudo, .unknown, .enumeration: [type.name]
    case .array(let element): names(in: element)
    case .domain(let base, _, _): [type.name] + names(in: base)
    case .composite(let attributes): [type.name] + attributes.flatMap { names(in: $0.type) }
    case .range(let subtype): [type.name] + names(in: subtype)
    case .multirange(let range): names(in: range)
    }
  }
}
