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

  /// How the target turns a value back into one of the source's type.
  public enum WayBack: Hashable, Sendable {
    /// Not at all, because only the source is sure to have the type: what counts is the text that the target puts out.
    case text
    /// The text that the target puts out is read as this type.
    case reading(String)
    /// The value is cast to this type, because only the spelling differs (`5.00` for an integer).
    case casting(String)
    /// As text of fixed length: blanks at the end are no part of the value.
    case padded
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
  /// How a value is read again to see whether it survived; matters together with a check.
  public var wayBack: WayBack

  /// Puts a mapping together.
  public init(
    source: String, ordinal: Int, target: String, conversion: TypeConversion, castThrough: String? = nil,
    timeZone: String? = nil, check: ValueCheck = .none, wayBack: WayBack = .text
  ) {
    self.source = source
    self.ordinal = ordinal
    self.target = target
    self.conversion = conversion
    self.castThrough = castThrough
    self.timeZone = timeZone
    self.check = check
    self.wayBack = wayBack
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
    // The column refuses what does not fit; here it is cut instead, and so it differs. What counts is the text that
    // types put out, which is what a cast to text gives for most of them (not for boolean and char).
    var value = "(" + expression(for: text, as: type) + ")::" + type.sqlName
    if let timeZone { value = "(" + TimeZoneClause(timeZone).applied(to: value) + ")" }
    let (came, back) =
      switch wayBack {
      case .text: (text, Self.output(value))
      case .reading(let name): (text, Self.output(Self.output(value) + "::" + name))
      case .casting(let name): (text, Self.output(value + "::" + name))
      case .padded: (text + "::bpchar", Self.output(value) + "::bpchar")
      }
    return "(\(text) IS NOT NULL AND \(came) COLLATE \"C\" IS DISTINCT FROM \(back) COLLATE \"C\")"
  }

  /// The text that a value's type puts out; not for NULL.
  private static func output(_ value: String) -> String { "concat(" + value + ")" }
}
