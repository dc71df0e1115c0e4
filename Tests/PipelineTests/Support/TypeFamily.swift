/// Types that share tables: one column a type.
struct TypeFamily: Sendable {
  /// The name of the table, and the beginning of the names of the others.
  let name: String
  /// The types.
  let samples: [TypeSample]

  /// The table with a key beside the values.
  var plainTable: String {
    "CREATE TABLE \(name) (id int PRIMARY KEY, \(Self.definitions(samples)));\n"
  }

  /// The table whose key the values are.
  var keyedTable: String {
    """
    CREATE TABLE \(name)_keyed (id int, \(Self.definitions(keys)), n int, PRIMARY KEY (id, \(Self.names(keys))));

    """
  }

  /// The table without a key, whose rows are found by their values.
  var fullTable: String {
    """
    CREATE TABLE \(name)_full (id int, \(Self.definitions(samples)), n int);
    ALTER TABLE \(name)_full REPLICA IDENTITY FULL;

    """
  }

  /// The types whose values can be a key.
  private var keys: [TypeSample] { samples.filter(\.isKey) }

  /// Inserts rows with ids from `offset` on into the plain table.
  func insert(_ rows: Range<Int>, at offset: Int) -> String {
    "INSERT INTO \(name) SELECT \(offset) + x.id, \(Self.names(samples)) FROM \(Self.rows(rows, samples));\n"
  }

  /// Gives rows of the plain table the values of the rows after them.
  func update(_ rows: Range<Int>, at offset: Int) -> String {
    """
    UPDATE \(name) AS t SET (\(Self.names(samples))) = ROW(\(samples.map { "x.\($0.column)" }.joined(separator: ", ")))
    FROM \(Self.rows(rows, samples, shift: 1)) WHERE t.id = \(offset) + x.id;

    """
  }

  /// Inserts rows into the keyed table.
  func insertKeyed(_ rows: Range<Int>) -> String {
    "INSERT INTO \(name)_keyed SELECT id, \(Self.names(keys)), 0 FROM \(Self.rows(rows, keys));\n"
  }

  /// Gives rows of the keyed table the keys of the rows after them.
  func changeKeys(_ rows: Range<Int>) -> String {
    """
    UPDATE \(name)_keyed AS t SET (\(Self.names(keys))) = ROW(\(keys.map { "x.\($0.column)" }.joined(separator: ", ")))
    FROM \(Self.rows(rows, keys, shift: 1)) WHERE t.id = x.id;

    """
  }

  /// Inserts rows into the table without a key, each twice.
  func insertFull(_ rows: Range<Int>) -> String {
    """
    INSERT INTO \(name)_full SELECT id, \(Self.names(samples)), 0
    FROM \(Self.rows(rows, samples)), generate_series(1, 2);

    """
  }

  private static func names(_ samples: [TypeSample]) -> String { samples.map(\.column).joined(separator: ", ") }

  private static func definitions(_ samples: [TypeSample]) -> String {
    samples.map { "\($0.column) \($0.type)" }.joined(separator: ", ")
  }

  private static func rows(_ rows: Range<Int>, _ samples: [TypeSample], shift: Int = 0) -> String {
    let values = rows.map { row in
      "(\(([String(row)] + samples.map { $0.value(row + shift) }).joined(separator: ", ")))"
    }
    return "(VALUES \(values.joined(separator: ", "))) AS x (id, \(names(samples)))"
  }
}
