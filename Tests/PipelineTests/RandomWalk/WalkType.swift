/// A type that columns of a walk have, with values and with the types that it may become.
enum WalkType: Hashable {
  case smallint
  case integer
  case bigint
  case numeric(Int, Int)
  case real
  case double
  case text
  case varchar(Int)
  case boolean
  case date
  case timestamp
  case timestamptz
  case integerArray
  case bigintArray
  case jsonb
  case bytea
  case uuid
  /// Some kilobytes that PostgreSQL keeps outside of the row.
  case document
  /// The walk's enum, `mood`.
  case mood

  /// As it stands in DDL.
  var sql: String {
    switch self {
    case .smallint: "smallint"
    case .integer: "integer"
    case .bigint: "bigint"
    case .numeric(let precision, let scale): "numeric(\(precision),\(scale))"
    case .real: "real"
    case .double: "double precision"
    case .text, .document: "text"
    case .varchar(let length): "varchar(\(length))"
    case .boolean: "boolean"
    case .date: "date"
    case .timestamp: "timestamp"
    case .timestamptz: "timestamptz"
    case .integerArray: "integer[]"
    case .bigintArray: "bigint[]"
    case .jsonb: "jsonb"
    case .bytea: "bytea"
    case .uuid: "uuid"
    case .mood: "mood"
    }
  }

  /// Types of new columns.
  static let all: [WalkType] = [
    .smallint, .integer, .bigint, .numeric(10, 2), .real, .double, .text, .varchar(20), .boolean, .date, .timestamp,
    .timestamptz, .integerArray, .jsonb, .bytea, .uuid, .document, .mood,
  ]

  /// What `ALTER COLUMN … TYPE` may make of it, with every value of ``value(of:salt:labels:)`` accepted by the cast.
  var successors: [WalkType] {
    switch self {
    case .smallint: [.integer, .bigint]
    case .integer: [.bigint, .text, .numeric(14, 2)]
    case .bigint: [.text, .numeric(24, 0)]
    case .numeric(let precision, let scale):
      [.numeric(precision + 2, scale + 2), .numeric(precision + 4, scale), .numeric(precision, 0), .text]
    case .real: [.double]
    case .double: [.text]
    case .text: [.varchar(60)]
    case .varchar(let length): [.varchar(length + 20), .text]
    case .date: [.timestamp, .text]
    case .timestamp: [.timestamptz, .date]
    case .timestamptz: [.timestamp]
    case .integerArray: [.bigintArray]
    case .mood: [.text]
    case .bytea, .uuid: [.text]
    case .boolean, .bigintArray, .jsonb, .document: []
    }
  }

  /// Those in which every value stays what it is, however often.
  var wider: [WalkType] {
    successors.filter { type in
      switch (self, type) {
      case (.numeric(_, let scale), .numeric(_, let other)): other >= scale
      case (.timestamp, .date): false
      default: true
      }
    }
  }

  /// An expression of this type, not NULL, that depends on a number (`g`, or any other expression) and a salt.
  func value(of number: String, salt: Int, labels: [String]) -> String {
    switch self {
    case .smallint: "((\(number) * 7 + \(salt)) % 30000)::smallint"
    case .integer: "(\(number) * 31 + \(salt))::integer"
    case .bigint: "(\(number)::bigint * 3000000019 + \(salt))"
    case .numeric(_, let scale): "round((\(number) * 1.3719 + \(salt) * 0.0123)::numeric % 90000, \(scale))"
    case .real: "((\(number) + \(salt)) * 0.1)::real"
    case .double: "((\(number) + \(salt)) * 0.1)::double precision"
    case .text, .varchar:
      """
      (CASE (\(number) + \(salt)) % 6 WHEN 0 THEN '' WHEN 1 THEN E'a\\tb\\\\N\\n' WHEN 2 THEN 'ä''"€{,}' \
      ELSE 't' || (\(number) * 13 + \(salt)) END)
      """
    case .boolean: "((\(number) + \(salt)) % 2 = 0)"
    case .date: "(DATE '2001-01-01' + ((\(number) * 3 + \(salt)) % 9000)::integer)"
    case .timestamp: "(TIMESTAMP '2001-01-01 00:00:00.25' + ((\(number) * 977 + \(salt)) % 9000000) * INTERVAL '1.5 s')"
    case .timestamptz:
      "(TIMESTAMPTZ '2001-01-01 00:00:00.25+00' + ((\(number) * 977 + \(salt)) % 9000000) * INTERVAL '1.5 s')"
    case .integerArray: "ARRAY[\(number), NULL, \(salt)]::integer[]"
    case .bigintArray: "ARRAY[\(number), NULL, \(salt)]::bigint[]"
    case .jsonb: "jsonb_build_object('n', \(number), 's', \(salt))"
    case .bytea: "decode(md5((\(number) + \(salt))::text), 'hex')"
    case .uuid: "md5((\(number) * 7 + \(salt))::text)::uuid"
    case .document:
      // What one byte repeated would become: compressed to nothing and kept inline.
      """
      (SELECT string_agg(md5(((\(number)) * 1000 + \(salt) + i)::text), '') FROM generate_series(1, 120) i)
      """
    case .mood:
      "(ARRAY[\(labels.map { "'\($0)'" }.joined(separator: ", "))]::mood[])[1 + (\(number) + \(salt)) % \(labels.count)]"
    }
  }

  /// A constant for a DEFAULT.
  func constant(salt: Int, labels: [String]) -> String {
    switch self {
    case .document: "'no document'"
    case .mood: "'\(labels[salt % labels.count])'"
    default: value(of: "7", salt: salt, labels: labels)
    }
  }
}
