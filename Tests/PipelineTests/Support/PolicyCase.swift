/// One table under one policy: what drifts, what is allowed, and what the target has to hold then.
struct PolicyCase: Sendable {
  /// The table.
  var table: String
  /// Its columns beside `id int PRIMARY KEY, v text`.
  var columns: String
  /// A row's values for them, of the number `g`.
  var values: String
  /// What is allowed, as JSON; nil for nothing.
  var allowed: String?
  /// The drift, on either side.
  var onSource = ""
  var onTarget = ""
  /// The values of a new row after the drift, if they are others.
  var valuesAfter: String?
  /// What the source has to give for the target to be right: selected there as it is, compared with `seen`.
  var expected: String
  /// What is read on the target.
  var seen: String
  /// The reason to stop; nil if the table goes on.
  var reason: String?
  /// What is done to the table on both sides before there are rows.
  var preparation = ""

  /// Whatever is special of the drift apart: the same table without its override.
  func withoutOverride(stopsFor reason: String) -> PolicyCase {
    var other = self
    other.table += "_strict"
    other.allowed = nil
    other.reason = reason
    for key in [\PolicyCase.onSource, \.onTarget, \.preparation] {
      other[keyPath: key] = self[keyPath: key].replacing("TABLE \(table) ", with: "TABLE \(other.table) ")
    }
    return other
  }

  /// CREATE TABLE for both sides.
  var creation: String {
    "CREATE TABLE \(table) (id int PRIMARY KEY, v text\(columns.isEmpty ? "" : ", " + columns)); \(preparation);\n"
  }

  /// INSERT of some rows.
  func insert(_ numbers: ClosedRange<Int>, isAfterDrift: Bool = true) -> String {
    let values = (isAfterDrift ? valuesAfter : nil) ?? values
    return "INSERT INTO \(table) SELECT g, 'v' || g\(values.isEmpty ? "" : ", " + values) "
      + "FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) g;\n"
  }
}

extension PolicyCase {
  /// Each way in which a policy lets a table go on.
  static let allowed: [PolicyCase] = removed + added + casts + target

  /// The same tables without what is allowed, and what an option forbids that goes on by default.
  static let strict: [PolicyCase] = [
    removed[0].withoutOverride(stopsFor: "source_removed_column"),
    added[0].withoutOverride(stopsFor: "source_added_column"),
    casts[0].withoutOverride(stopsFor: "unsafe_cast"), casts[1].withoutOverride(stopsFor: "unsafe_cast"),
    PolicyCase(
      table: "widened_stop", columns: "n int", values: "g", allowed: #"{"safe_casts_allowed": false}"#,
      onTarget: "ALTER TABLE widened_stop ALTER n TYPE bigint", expected: "n", seen: "n", reason: "safe_cast"),
    PolicyCase(
      table: "extended_stop", columns: "", values: "", allowed: #"{"target_added_columns": "stop"}"#,
      onTarget: "ALTER TABLE extended_stop ADD own text", expected: "1", seen: "1", reason: "target_added_column"),
  ]

  /// Rows that were there before are 1…20; of them 1…12 are updated afterwards.
  private static let removed: [PolicyCase] = [
    removed("kept", #"{"preserve_columns": ["legacy"]}"#, "CASE WHEN abs(id) <= 20 THEN 'old' ELSE 'default' END"),
    removed(
      "kept_all", #"{"source_removed_columns": "preserve"}"#, "CASE WHEN abs(id) <= 20 THEN 'old' ELSE 'default' END"),
    removed("nulled", #"{"null_removed_columns": ["legacy"]}"#, untouched),
    removed("nulled_all", #"{"source_removed_columns": "null"}"#, untouched),
    removed(
      "nulled_full", #"{"null_removed_columns": ["legacy"]}"#, untouched,
      "ALTER TABLE nulled_full REPLICA IDENTITY FULL"),
    identity,
  ]
  /// The target puts a row of another key back as a new one, because it may not set such a column.
  private static let identity: PolicyCase = {
    var one = removed("nulled_identity", #"{"null_removed_columns": ["legacy"]}"#, untouched)
    one.onTarget = "ALTER TABLE nulled_identity ALTER id ADD GENERATED ALWAYS AS IDENTITY"
    return one
  }()
  private static let untouched = "CASE WHEN abs(id) BETWEEN 13 AND 20 THEN 'old' END"

  private static func removed(
    _ table: String, _ allowed: String, _ expected: String, _ preparation: String = ""
  ) -> PolicyCase {
    PolicyCase(
      table: table, columns: "legacy text DEFAULT 'default'", values: "'old'", allowed: allowed,
      onSource: "ALTER TABLE \(table) DROP legacy", valuesAfter: "", expected: expected, seen: "legacy",
      preparation: preparation)
  }

  private static let added: [PolicyCase] = [
    PolicyCase(
      table: "skipped", columns: "", values: "", allowed: #"{"skip_columns": ["extra"]}"#,
      onSource: "ALTER TABLE skipped ADD extra int", valuesAfter: "nullif(g % 2, 0)", expected: "1", seen: "1"),
    PolicyCase(
      table: "skipped_all", columns: "", values: "", allowed: #"{"source_added_columns": "skip"}"#,
      onSource: "ALTER TABLE skipped_all ADD extra int", valuesAfter: "nullif(g % 2, 0)", expected: "1", seen: "1"),
  ]

  private static let casts: [PolicyCase] = [
    PolicyCase(
      table: "priced", columns: "price numeric(10,2)", values: "g + 0.99",
      allowed: #"{"allow_type_cast": {"price": "integer"}}"#,
      onTarget: "ALTER TABLE priced ALTER price TYPE integer", expected: "price::integer", seen: "price"),
    PolicyCase(
      table: "cut", columns: "label text, at timestamptz, f float8, n numeric, d numeric(8,4)",
      values:
        "repeat('x', g % 9), '2026-02-04 20:15:00.6+02'::timestamptz + g * interval '1 s', 1.0 / g, g + 0.123456, g + 0.55555",
      allowed: #"{"type_mismatches": "cast_always"}"#,
      onTarget: """
        ALTER TABLE cut ALTER label TYPE varchar(5) USING label::varchar(5), ALTER at TYPE timestamp(0), ALTER f TYPE float4,
          ALTER n TYPE text, ALTER d TYPE numeric(8,1)
        """,
      expected: "label::varchar(5), at::timestamp(0), f::float4, n::text, d::numeric(8,1)", seen: "label, at, f, n, d"),
    PolicyCase(
      table: "zoned", columns: "at timestamp, day date, days timestamp(3)",
      values:
        "timestamp '2026-03-29 03:00' + g * interval '1 min', date '2026-03-20' + g, timestamp '2026-10-25 02:30' + g * interval '1 s'",
      allowed: #"{"timezone": "Europe/Berlin"}"#,
      onTarget: """
        ALTER TABLE zoned ALTER at TYPE timestamptz USING at AT TIME ZONE 'Europe/Berlin',
          ALTER day TYPE timestamptz USING day::timestamp AT TIME ZONE 'Europe/Berlin',
          ALTER days TYPE timestamptz USING days AT TIME ZONE 'Europe/Berlin'
        """,
      expected:
        "at AT TIME ZONE 'Europe/Berlin', day::timestamp AT TIME ZONE 'Europe/Berlin', days AT TIME ZONE 'Europe/Berlin'",
      seen: "at, day, days"),
    PolicyCase(
      table: "zoned_key", columns: "at timestamp", values: "timestamp '2026-07-01 00:00' + g * interval '1 h'",
      allowed: #"{"timezone": "America/New_York"}"#,
      onTarget: "ALTER TABLE zoned_key ALTER at TYPE timestamptz USING at AT TIME ZONE 'America/New_York'",
      expected: "at AT TIME ZONE 'America/New_York'",
      seen: "at",
      preparation: """
        ALTER TABLE zoned_key DROP CONSTRAINT zoned_key_pkey, ADD UNIQUE (id), ADD PRIMARY KEY (at)
        """),
    PolicyCase(
      table: "zoned_utc", columns: "at timestamp", values: "timestamp '2026-07-01 00:00' + g * interval '1 h'",
      onTarget: "ALTER TABLE zoned_utc ALTER at TYPE timestamptz", expected: "at AT TIME ZONE 'UTC'", seen: "at"),
    PolicyCase(
      table: "widened", columns: "n int, s varchar(5)", values: "g, 'x'",
      onTarget: "ALTER TABLE widened ALTER n TYPE bigint, ALTER s TYPE text", expected: "n::bigint, s::text",
      seen: "n, s"),
    PolicyCase(
      table: "widened_safe", columns: "n int", values: "g",
      allowed: #"{"safe_casts_allowed": false, "type_mismatches": "cast_if_safe"}"#,
      onTarget: "ALTER TABLE widened_safe ALTER n TYPE bigint", expected: "n::bigint", seen: "n"),
  ]

  private static let target: [PolicyCase] = [
    PolicyCase(
      table: "extended", columns: "", values: "", onTarget: "ALTER TABLE extended ADD own text DEFAULT 'own'",
      expected: "'own'::text", seen: "own")
  ]
}
