import PostgresTypes

/// What `pgsyncd status` tells of something that an override lets go. It stays listed when the override has ended.
public struct LossStatus: Hashable, Sendable {
  /// The loss in one sentence.
  public var what: String
  /// `skipped_column`, `cast_column`, `kept_column`, `nulled_column` or `skipped_transaction`.
  public var kind: String
  /// The column; nil if the loss is not one of a column.
  public var column: String?
  /// The setting that allows it, by its name in `pgsyncd.yaml`, or the flag that asked for it.
  public var leave: String
  /// Where that was said: `flag`, `stored`, `table_overrides` or `schema`; nil if it is not known.
  public var place: String?
  /// The role that has asked for it with `resume`, if it was stored so.
  public var role: String?
  /// Since when.
  public var since: PostgresTimestamp
  /// When it ended; nil as long as it is in force.
  public var until: PostgresTimestamp?
  /// For a skipped column: rows that were written without a value meanwhile. For a skipped transaction: its changes of
  /// this table. Nil for other kinds.
  public var rows: Int64?

  /// Puts a loss together.
  public init(
    what: String, kind: String, column: String?, leave: String, place: String? = nil, role: String? = nil,
    since: PostgresTimestamp, until: PostgresTimestamp? = nil, rows: Int64? = nil
  ) {
    self.what = what
    self.kind = kind
    self.column = column
    self.leave = leave
    self.place = place
    self.role = role
    self.since = since
    self.until = until
    self.rows = rows
  }

  /// All of it in one line, for a person.
  public var line: String {
    var line = what + ", by " + leave
    if let place { line += " (\(place)\(role.map { " by \($0)" } ?? ""))" }
    line += ", since \(since.iso8601)"
    if let until { line += " until \(until.iso8601)" }
    if let rows, column != nil { line += ": \(rows) \(rows == 1 ? "row" : "rows") without a value" }
    return line
  }
}

extension LossStatus: Codable {
  private enum CodingKeys: String, CodingKey {
    case what, kind, column, leave, role, since, until, rows
    case place = "given_by"
  }

  /// Writes every key, with null where there is nothing to say.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(what, forKey: .what)
    try container.encode(kind, forKey: .kind)
    try container.encode(column, forKey: .column)
    try container.encode(leave, forKey: .leave)
    try container.encode(place, forKey: .place)
    try container.encode(role, forKey: .role)
    try container.encode(since.iso8601, forKey: .since)
    try container.encode(until?.iso8601, forKey: .until)
    try container.encode(rows, forKey: .rows)
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let text = try container.decode(String.self, forKey: .since)
    guard let since = PostgresTimestamp(iso8601: text) else {
      throw DecodingError.dataCorruptedError(forKey: .since, in: container, debugDescription: "not a moment")
    }
    self.init(
      what: try container.decode(String.self, forKey: .what), kind: try container.decode(String.self, forKey: .kind),
      column: try container.decodeIfPresent(String.self, forKey: .column),
      leave: try container.decode(String.self, forKey: .leave),
      place: try container.decodeIfPresent(String.self, forKey: .place),
      role: try container.decodeIfPresent(String.self, forKey: .role), since: since,
      until: try container.decodeIfPresent(String.self, forKey: .until).flatMap(PostgresTimestamp.init(iso8601:)),
      rows: try container.decodeIfPresent(Int64.self, forKey: .rows))
  }
}
