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
  /// The source column's type if every server has it: as that a value is read again to see whether it survived. Nil for
  /// a type that only the source is sure to have; its values are compared as the text that the target makes of them.
  public var readBackAs: String?

  /// Puts a mapping together.
  public init(
    source: String, ordinal: Int, target: String, conversion: TypeConversion, castThrough: String? = nil,
    timeZone: String? = nil, check: ValueCheck = .none, readBackAs: String? = nil
  ) {
    self.source = source
    self.ordinal = ordinal
    self.target = target
    self.conversion = conversion
    self.castThrough = castThrough
    self.timeZone = timeZone
    self.check = check
    self.readBackAs = readBackAs
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

  /// The SQL condition that a value does not survive the way to the target's column and back.
  ///
  /// It is an error, and no answer, if the target's type refuses the value.
  ///
  /// - Parameters:
  ///   - text: an SQL expression of type text.
  ///   - type: the target column's type.
  public func isChanged(_ text: String, as type: TypeReference) -> String {
    // The column refuses what does not fit; here it is cut instead, and so it differs.
    let there = "(" + expression(for: text, as: type) + ")::" + type.sqlName + "::text"
    let back = readBackAs.map { there + "::" + $0 + "::text" } ?? there
    return text + " COLLATE \"C\" IS DISTINCT FROM " + back + " COLLATE \"C\""
  }
}
