import PostgresTypes

/// The type of a column, an array element, a domain's base or a composite's attribute, with its modifier.
///
/// OIDs are the ones of the server that the type was read from; from ``OID/firstUnpinned`` on they mean something
/// else on every other server, so types are compared by ``name`` and ``definition`` alone.
public struct TypeReference: Hashable, Sendable {
  /// The type's OID on its own server.
  public var oid: OID
  /// Schema and name as in `pg_type`: `pg_catalog.int4`, `shop.mood`.
  public var name: QualifiedName
  /// `atttypmod`: −1 if the type carries none. An array's modifier is the one of its elements.
  public var modifier: Int32
  /// `format_type(oid, modifier)` under an empty `search_path`: `character varying(20)`, `shop.mood[]`.
  public var sqlName: String
  /// `format_type(oid, -1)` under an empty `search_path`: how a cast without modifier names the type (`numeric`,
  /// `bpchar`, `"bit"`, `shop.mood[]`).
  public var castName: String
  /// What the type is made of.
  public var definition: TypeDefinition
  /// What creating the type elsewhere needs besides; nil if there is nothing of the kind, or if it is not known.
  public var details: TypeDetails?

  /// Puts a type together. `castName` is `sqlName` if it is not given.
  public init(
    oid: OID, name: QualifiedName, modifier: Int32 = -1, sqlName: String, castName: String? = nil,
    definition: TypeDefinition = .base, details: TypeDetails? = nil
  ) {
    self.oid = oid
    self.name = name
    self.modifier = modifier
    self.sqlName = sqlName
    self.castName = castName ?? sqlName
    self.definition = definition
    self.details = details
  }
}

extension TypeReference: Codable {
  private enum CodingKeys: String, CodingKey {
    case oid, schema, name, modifier, sql, cast, definition, details
  }

  /// Writes `{"oid": 1043, "schema": "pg_catalog", "name": "varchar", "modifier": 24, "sql": "character varying(20)",
  /// "cast": "character varying"}`. `modifier` is left out if it is −1, `cast` if it equals `sql`, `definition` if it
  /// is `base`, `details` if there are none.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(oid, forKey: .oid)
    try object.encode(name.schema, forKey: .schema)
    try object.encode(name.name, forKey: .name)
    if modifier != -1 { try object.encode(modifier, forKey: .modifier) }
    try object.encode(sqlName, forKey: .sql)
    if !castName.isSameName(as: sqlName) { try object.encode(castName, forKey: .cast) }
    if definition != .base { try object.encode(definition, forKey: .definition) }
    try object.encodeIfPresent(details, forKey: .details)
  }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try object.decode(String.self, forKey: .schema)
    let sqlName = try object.decode(String.self, forKey: .sql)
    self.init(
      oid: try object.decode(OID.self, forKey: .oid),
      name: QualifiedName(schema: schema, name: try object.decode(String.self, forKey: .name)),
      modifier: try object.decodeIfPresent(Int32.self, forKey: .modifier) ?? -1,
      sqlName: sqlName,
      castName: try object.decodeIfPresent(String.self, forKey: .cast),
      definition: try object.decodeIfPresent(TypeDefinition.self, forKey: .definition) ?? .base,
      details: try object.decodeIfPresent(TypeDetails.self, forKey: .details))
  }
}
