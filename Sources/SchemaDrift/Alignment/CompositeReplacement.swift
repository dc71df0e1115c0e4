import PostgresTypes

/// Puts another composite type of the same name into the place of the target's, where an attribute changes its type.
///
/// PostgreSQL refuses that while a column uses the type. So the type steps aside, the new one is created, the column is
/// converted by way of its text, and the former type goes when nothing uses it any more.
struct CompositeReplacement {
  /// What to run before the column is converted.
  let before: [String]
  /// What to run afterwards.
  let after: [String]

  /// Nil if the two are not composite types of the same name with the same attributes in the same order.
  init?(from target: TypeReference, to source: TypeReference, types: TypeCreation) {
    var (target, source) = (target, source)
    while case .array(let element) = target.definition, case .array(let other) = source.definition {
      (target, source) = (element, other)
    }
    guard case .composite(let present) = target.definition, case .composite(let wanted) = source.definition,
      target.name.isSameName(as: source.name), present.count == wanted.count,
      zip(present, wanted).allSatisfy({ $0.name.isSameName(as: $1.name) }),
      TypeConversion.between(source, target) != .identical
    else { return nil }
    // The number is the type's own, so the name is free.
    let aside = QualifiedName(schema: target.name.schema, name: "pgsyncd_former_\(target.oid)")
    let attributes = wanted.map { SQLIdentifier.quoted($0.name) + " " + $0.type.shortSQL }.joined(separator: ", ")
    before =
      wanted.flatMap { types.statements(for: $0.type) } + [
        "ALTER TYPE \(target.name.sql) RENAME TO \(SQLIdentifier.quoted(aside.name));",
        "CREATE TYPE \(target.name.sql) AS (\(attributes));",
      ]
    after = [GuardedStatement.dropTypeUnlessUsed(aside)]
  }
}
