import PostgresTypes

/// What is needed to create a type elsewhere and does not matter to its values.
public struct TypeDetails: Hashable, Sendable, Codable {
  /// The extension that the type belongs to.
  public var extensionName: String?
  /// The schema into which that extension was installed.
  public var extensionSchema: String?
  /// A domain's DEFAULT as `pg_get_expr` prints it.
  public var defaultExpression: String?
  /// A domain's collation, if it is not its base type's.
  public var collation: QualifiedName?
  /// The names of a domain's checks, in the order in which the definition has them.
  public var checkNames: [String]
  /// What stands behind `SUBTYPE = …` in the definition of a range.
  public var rangeOptions: String?

  /// Puts the details together.
  public init(
    extensionName: String? = nil, extensionSchema: String? = nil, defaultExpression: String? = nil,
    collation: QualifiedName? = nil, checkNames: [String] = [], rangeOptions: String? = nil
  ) {
    self.extensionName = extensionName
    self.extensionSchema = extensionSchema
    self.defaultExpression = defaultExpression
    self.collation = collation
    self.checkNames = checkNames
    self.rangeOptions = rangeOptions
  }

  private enum CodingKeys: String, CodingKey {
    case collation
    case extensionName = "extension"
    case extensionSchema = "extension_schema"
    case defaultExpression = "default"
    case checkNames = "check_names"
    case rangeOptions = "range_options"
  }
}
