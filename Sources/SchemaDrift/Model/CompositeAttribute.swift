/// One attribute of a composite type.
public struct CompositeAttribute: Hashable, Sendable, Codable {
  /// The attribute's name, unquoted.
  public var name: String
  /// The attribute's type with its modifier.
  public var type: TypeReference

  /// Joins a name and a type.
  public init(name: String, type: TypeReference) {
    self.name = name
    self.type = type
  }
}
