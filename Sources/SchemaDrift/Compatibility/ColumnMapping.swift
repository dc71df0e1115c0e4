/// Where the value of one source column goes.
public struct ColumnMapping: Hashable, Sendable {
  /// What the engine has to see to before it writes a value.
  public enum ValueCheck: String, Hashable, Sendable {
    /// Nothing.
    case none
    /// The value must survive source → target → source; the first that does not stops the table at that row
    /// (`type_mismatches: cast_if_exact`).
    case exactRoundTrip = "exact_round_trip"
  }

  /// The column's name on the source.
  public var source: String
  /// The column's position in the tuple, from 0: the index into the shape's columns.
  public var ordinal: Int
  /// The column's name on the target.
  public var target: String
  /// What happens to values on the way.
  public var conversion: TypeConversion
  /// If set, the text of a value must be read as this type first and then be cast to the column's type
  /// (`$1::money::numeric`), because the target's type does not read it. SQL text, nil for almost every column.
  public var castThrough: String?
  /// What to check for each value.
  public var check: ValueCheck

  /// Puts a mapping together.
  public init(
    source: String, ordinal: Int, target: String, conversion: TypeConversion, castThrough: String? = nil,
    check: ValueCheck = .none
  ) {
    self.source = source
    self.ordinal = ordinal
    self.target = target
    self.conversion = conversion
    self.castThrough = castThrough
    self.check = check
  }
}
