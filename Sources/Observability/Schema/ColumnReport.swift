import SchemaDrift

/// A column as `schema diff` prints it.
struct ColumnReport: Encodable {
  let column: ColumnSchema

  init(_ column: ColumnSchema) { self.column = column }

  private enum CodingKeys: String, CodingKey {
    case column, type, generated, identity, collation
    case isNotNull = "not_null"
    case defaultExpression = "default"
  }

  /// Writes every key.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(column.name, forKey: .column)
    try container.encode(column.type.sqlName, forKey: .type)
    try container.encode(column.isNotNull, forKey: .isNotNull)
    try container.encode(column.defaultExpression, forKey: .defaultExpression)
    try container.encode(column.generated?.expression, forKey: .generated)
    try container.encode(column.identity?.word, forKey: .identity)
    try container.encode(column.collation?.sql, forKey: .collation)
  }

  /// The column's definition as in CREATE TABLE, without its name.
  var definition: String {
    var text = column.type.sqlName
    if let collation = column.collation { text += " COLLATE \(collation.sql)" }
    if column.isNotNull { text += " NOT NULL" }
    if let expression = column.defaultExpression { text += " DEFAULT \(expression)" }
    if let generated = column.generated {
      text += " GENERATED ALWAYS AS (\(generated.expression)) \(generated.kind == .stored ? "STORED" : "VIRTUAL")"
    }
    if let identity = column.identity { text += " GENERATED \(identity.word) AS IDENTITY" }
    return text
  }
}

extension IdentityKind {
  /// As SQL says it.
  fileprivate var word: String {
    switch self {
    case .always: "ALWAYS"
    case .byDefault: "BY DEFAULT"
    }
  }
}
