/// Where an override was said, strongest first.
public enum PolicyPlace: String, Hashable, Sendable, CaseIterable {
  /// A flag of the running command.
  case flag
  /// `setup` or `resume` has stored it for the table.
  case stored
  /// The table's entry in `schema.table_overrides`.
  case tableOverrides = "table_overrides"
  /// The `schema` section of the file.
  case schemaSection = "schema"
}

/// The layers that a policy was merged of: they tell who said what. Two policies that allow the same are the same
/// policy, wherever that was said, so this does not count when policies are compared.
public struct PolicyOrigin: Hashable, Sendable {
  /// The layers, strongest first.
  public var layers: [(place: PolicyPlace, overrides: PolicyOverrides)]

  /// Keeps layers.
  public init(_ layers: [(place: PolicyPlace, overrides: PolicyOverrides)] = []) { self.layers = layers }

  /// Always true; see above.
  public static func == (one: PolicyOrigin, other: PolicyOrigin) -> Bool { true }

  /// Nothing, in accordance with `==`.
  public func hash(into hasher: inout Hasher) {}
}

extension DriftPolicy {
  /// The strongest place that says something; nil if none does, or it is not known.
  func place(where says: (PolicyOverrides) -> Bool) -> PolicyPlace? {
    origin.layers.first { says($0.overrides) }?.place
  }
}
