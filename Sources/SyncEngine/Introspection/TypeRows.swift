import LibPQ
import PostgresTypes
import SchemaDrift

/// The types that the columns of some tables use, put together from one query that follows arrays, domains, composites
/// and ranges down to base types.
struct TypeRows {
  private struct Key: Hashable {
    var oid: OID
    var modifier: Int32
  }

  private struct Row {
    var name: QualifiedName
    var kind: String
    var sqlName: String
    var castName: String
    /// The element, base or subtype, or the range of a multirange.
    var part: Key?
    var isNotNull: Bool
    var labels: [String]
    var checks: [String]
    var attributes: [(name: String, type: Key)]
    var details: TypeDetails?
  }

  private var rows: [Key: Row] = [:]
  private var references: [Key: TypeReference] = [:]

  /// Reads the result of ``IntrospectionQueries/types``.
  init(_ result: QueryResult) throws(PostgresError) {
    for row in result.rows {
      let key = Key(oid: try row.oid(0), modifier: try row.integer(1))
      let attributeNames = try row.list(11)
      let attributeTypes = try row.list(12)
      let attributeModifiers = try row.list(13)
      var attributes: [(name: String, type: Key)] = []
      for (index, name) in attributeNames.enumerated() {
        guard index < attributeTypes.count, index < attributeModifiers.count,
          let oid = OID(attributeTypes[index]), let modifier = Int32(attributeModifiers[index])
        else { throw .unexpectedResult("a composite type whose attributes have no types") }
        attributes.append((name, Key(oid: oid, modifier: modifier)))
      }
      let part = row.optionalText(7) == nil ? nil : Key(oid: try row.oid(7), modifier: try row.integer(8))
      rows[key] = Row(
        name: try row.name(2, 3), kind: try row.text(4), sqlName: try row.text(5), castName: try row.text(6),
        part: part,
        isNotNull: try row.flag(9), labels: try row.list(10), checks: try row.list(14), attributes: attributes,
        details: try Self.details(row))
    }
  }

  private static func details(_ row: ResultRow) throws(PostgresError) -> TypeDetails? {
    let details = TypeDetails(
      extensionName: row.optionalText(16), extensionSchema: row.optionalText(17),
      defaultExpression: row.optionalText(18),
      collation: row.optionalText(20) == nil ? nil : try row.name(19, 20), checkNames: try row.list(15),
      rangeOptions: row.optionalText(21))
    return details == TypeDetails() ? nil : details
  }

  /// The type with that identifier and modifier.
  mutating func reference(_ oid: OID, _ modifier: Int32) throws(PostgresError) -> TypeReference {
    try reference(Key(oid: oid, modifier: modifier))
  }

  private mutating func reference(_ key: Key) throws(PostgresError) -> TypeReference {
    if let reference = references[key] { return reference }
    // Taken out while it is built: a type that contains itself, which PostgreSQL does not allow, ends in an error here.
    guard let row = rows.removeValue(forKey: key) else {
      throw .unexpectedResult("the type with OID \(key.oid) is missing among the types of a table")
    }
    let reference = TypeReference(
      oid: key.oid, name: row.name, modifier: key.modifier, sqlName: row.sqlName, castName: row.castName,
      definition: try definition(row), details: row.details)
    references[key] = reference
    return reference
  }

  private mutating func definition(_ row: Row) throws(PostgresError) -> TypeDefinition {
    switch (row.kind, row.part) {
    case ("array", let element?): return .array(element: try reference(element))
    case ("d", let base?):
      return .domain(base: try reference(base), isNotNull: row.isNotNull, checks: row.checks)
    case ("r", let subtype?): return .range(subtype: try reference(subtype))
    case ("m", let range?): return .multirange(range: try reference(range))
    case ("e", _): return .enumeration(labels: row.labels)
    case ("c", _):
      var attributes: [CompositeAttribute] = []
      for attribute in row.attributes {
        attributes.append(CompositeAttribute(name: attribute.name, type: try reference(attribute.type)))
      }
      return .composite(attributes)
    case ("p", _): return .pseudo
    default: return .base
    }
  }
}
