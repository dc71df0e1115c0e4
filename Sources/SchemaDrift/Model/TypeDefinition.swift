/// What a type is made of (`pg_type.typtype` and the catalogs behind it).
public indirect enum TypeDefinition: Hashable, Sendable {
  /// A base type, built in or of an extension.
  case base
  /// A pseudo-type; no column of an ordinary table has one.
  case pseudo
  /// An array over `element`. The modifier of the array's reference is the one of its elements.
  case array(element: TypeReference)
  /// An enum with its labels in sort order.
  case enumeration(labels: [String])
  /// A domain: the base type with the domain's own modifier, its NOT NULL, and its checks as
  /// `pg_get_constraintdef` prints them (`CHECK ((VALUE > 0))`), sorted by constraint name.
  case domain(base: TypeReference, isNotNull: Bool, checks: [String])
  /// A composite with its live attributes in order.
  case composite([CompositeAttribute])
  /// A range over `subtype`.
  case range(subtype: TypeReference)
  /// A multirange of the range type `range`.
  case multirange(range: TypeReference)
  /// Known from the wire only, not looked up.
  case unknown
}
