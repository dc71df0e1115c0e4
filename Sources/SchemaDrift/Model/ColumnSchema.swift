import PostgresTypes

/// One column of a table.
public struct ColumnSchema: Hashable, Sendable {
  /// The column's name, unquoted.
  public var name: String
  /// `attnum`; 0 if it is not known because the column was seen on the wire only.
  public var attributeNumber: Int16
  /// The column's type with its modifier.
  public var type: TypeReference
  /// True if NULL is refused (`attnotnull`).
  public var isNotNull: Bool
  /// Today's DEFAULT as `pg_get_expr` prints it; nil for generated and identity columns.
  public var defaultExpression: String?
  /// What rows older than the column read: `attmissingval`'s single element in the type's text form. Set while rows
  /// may exist that were written before `ADD COLUMN … DEFAULT constant`.
  public var missingValue: String?
  /// True if the DEFAULT gives another value each time (`contain_volatile_functions`).
  public var isDefaultVolatile: Bool
  /// Set for a generated column.
  public var generated: GeneratedColumn?
  /// Set for an identity column.
  public var identity: IdentityKind?
  /// The collation, if it is not the type's own.
  public var collation: QualifiedName?
  /// The transaction that last changed the column in its server's catalog; nil if it is not known.
  public var catalogVersion: String?

  /// Puts a column together; what is not given is absent.
  public init(
    name: String, attributeNumber: Int16 = 0, type: TypeReference, isNotNull: Bool = false,
    defaultExpression: String? = nil, missingValue: String? = nil, isDefaultVolatile: Bool = false,
    generated: GeneratedColumn? = nil, identity: IdentityKind? = nil, collation: QualifiedName? = nil
  ) {
    self.name = name
    self.attributeNumber = attributeNumber
    self.type = type
    self.isNotNull = isNotNull
    self.defaultExpression = defaultExpression
    self.missingValue = missingValue
    self.isDefaultVolatile = isDefaultVolatile
    self.generated = generated
    self.identity = identity
    self.collation = collation
  }
}

extension ColumnSchema: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, type, generated, identity, collation
    case attributeNumber = "attnum"
    case isNotNull = "not_null"
    case defaultExpression = "default"
    case missingValue = "missing_value"
    case catalogVersion = "version"
    case isDefaultVolatile = "default_is_volatile"
  }

  /// Writes an object with `name`, `attnum` and `type`; the other members only where they say something (`not_null`,
  /// `default`, `missing_value`, `default_is_volatile`, `generated`, `identity`, `collation`, `version`).
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(name, forKey: .name)
    try object.encode(attributeNumber, forKey: .attributeNumber)
    try object.encode(type, forKey: .type)
    if isNotNull { try object.encode(isNotNull, forKey: .isNotNull) }
    try object.encodeIfPresent(defaultExpression, forKey: .defaultExpression)
    try object.encodeIfPresent(missingValue, forKey: .missingValue)
    if isDefaultVolatile { try object.encode(isDefaultVolatile, forKey: .isDefaultVolatile) }
    try object.encodeIfPresent(generated, forKey: .generated)
    try object.encodeIfPresent(identity, forKey: .identity)
    try object.encodeIfPresent(collation, forKey: .collation)
    try object.encodeIfPresent(catalogVersion, forKey: .catalogVersion)
  }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try object.decode(String.self, forKey: .name),
      attributeNumber: try object.decode(Int16.self, forKey: .attributeNumber),
      type: try object.decode(TypeReference.self, forKey: .type),
      isNotNull: try object.decodeIfPresent(Bool.self, forKey: .isNotNull) ?? false,
      defaultExpression: try object.decodeIfPresent(String.self, forKey: .defaultExpression),
      missingValue: try object.decodeIfPresent(String.self, forKey: .missingValue),
      isDefaultVolatile: try object.decodeIfPresent(Bool.self, forKey: .isDefaultVolatile) ?? false,
      generated: try object.decodeIfPresent(GeneratedColumn.self, forKey: .generated),
      identity: try object.decodeIfPresent(IdentityKind.self, forKey: .identity),
      collation: try object.decodeIfPresent(QualifiedName.self, forKey: .collation))
    catalogVersion = try object.decodeIfPresent(String.self, forKey: .catalogVersion)
  }
}
