import PostgresTypes

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
  /// If set, times without a zone are to be read in this zone and not in the session's, which is UTC. Set together with
  /// `castThrough`.
  public var timeZone: String?
  /// What to check for each value.
  public var check: ValueCheck

  /// Puts a mapping together.
  public init(
    source: String, ordinal: Int, target: String, conversion: TypeConversion, castThrough: String? = nil,
    timeZone: String? = nil, check: ValueCheck = .none
  ) {
    self.source = source
    self.ordinal = ordinal
    self.target = target
    self.conversion = conversion
    self.castThrough = castThrough
    self.timeZone = timeZone
    self.check = check
  }

  /// The SQL expression that turns the text of a value into a value for the target's column.
  ///
  /// - Parameters:
  ///   - text: an SQL expression of type text, such as `$1`.
  ///   - type: the target column's type. A value that is cast on purpose is fitted to its length; any other is left to
  ///     the column, which refuses what does not fit.
  public func expression(for text: String, as type: TypeReference) -> String {
    guard let castThrough else { return text + "::" + type.castName }
    guard let timeZone else { return text + "::" + castThrough + "::" + type.sqlName }
    let timestamp = "::timestamp without time zone"
    let time = text + "::" + castThrough + (timestamp.hasSuffix(castThrough) ? "" : timestamp)
    return "(" + TimeZoneClause(timeZone).applied(to: time) + ")::" + type.sqlName
  }
}
