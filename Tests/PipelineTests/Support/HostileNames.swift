/// Names that a program gets wrong which puts SQL, patterns or shell words together carelessly. Each is at most 63 bytes
/// long, so that PostgreSQL does not shorten it.
enum HostileNames {
  /// All of them.
  static let all = [
    #"we""ird; DROP TABLE x"#, "select", "UPPER", "two words", "dot.ted", "new\nline", "😀", "\u{E9}", "e\u{301}",
    "it's",
    #"back\slash"#, "$1", "%s", "tab\tbed", "-- comment", "/* c */", "a,b", "(p)", "*", " lead", "trail ", "{x}", "[1]",
    "NULL", "E'x'", "x:y::int", "?", "ctid2", "\"", "\u{1}", String(repeating: "ü", count: 31) + "x",
  ]

  /// A name as SQL has it.
  static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

  /// A name as a constant.
  static func literal(_ name: String) -> String {
    "E'" + name.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
  }
}

/// One table: every name serves as schema, table, index, type, enum label or column.
struct HostileTable {
  let schema: String
  let name: String
  let key: String
  let type: String
  let index: String

  /// The tables of all schemas: the name that follows a schema's name in the list is the table's, and so on.
  static let all = HostileNames.all.indices.map { position in
    let names = HostileNames.all
    func name(_ distance: Int) -> String { names[(position + distance) % names.count] }
    return HostileTable(schema: name(0), name: name(1), key: name(2), type: name(3), index: name(4))
  }

  /// The table's name as SQL has it.
  var sql: String { HostileNames.quoted(schema) + "." + HostileNames.quoted(name) }

  /// Its columns: every name there is, the key among them.
  var definition: String {
    let columns = HostileNames.all.map { name in
      let isKey = name.unicodeScalars.elementsEqual(key.unicodeScalars)
      return HostileNames.quoted(name) + (isKey ? " int" : " \(typeSQL)")
    }
    let labels = HostileNames.all.map(HostileNames.literal).joined(separator: ", ")
    return """
      CREATE SCHEMA \(HostileNames.quoted(schema));
      CREATE TYPE \(typeSQL) AS ENUM (\(labels));
      CREATE TABLE \(sql) (\(columns.joined(separator: ", ")));
      CREATE UNIQUE INDEX \(HostileNames.quoted(index)) ON \(sql) (\(keySQL));
      ALTER TABLE \(sql) ALTER \(keySQL) SET NOT NULL, ADD PRIMARY KEY USING INDEX \(HostileNames.quoted(index));

      """
  }

  /// The key column.
  var keySQL: String { HostileNames.quoted(key) }

  private var typeSQL: String { HostileNames.quoted(schema) + "." + HostileNames.quoted(type) }

  /// Inserts rows; every other column holds a label, another one in each row.
  func insert(_ rows: Range<Int>) -> String {
    let columns = HostileNames.all.map { name in
      name.unicodeScalars.elementsEqual(key.unicodeScalars)
        ? "g" : "(enum_range(NULL::\(typeSQL)))[1 + g % \(HostileNames.all.count)]"
    }
    return "INSERT INTO \(sql) SELECT \(columns.joined(separator: ", ")) "
      + "FROM generate_series(\(rows.lowerBound), \(rows.upperBound - 1)) g;\n"
  }

  /// A column that is not the key.
  var otherSQL: String {
    HostileNames.quoted(HostileNames.all.first { !$0.unicodeScalars.elementsEqual(key.unicodeScalars) } ?? "")
  }
}
