/// A type and values of it that tell a faithful copy from a nearly faithful one.
struct TypeSample: Sendable {
  /// The column that holds them.
  let column: String
  /// The type, modifier included.
  let type: String
  /// The values, as SQL expressions.
  let values: [String]
  /// True if the type has a btree operator class and the values are small enough, so that they can be a key.
  let isKey: Bool

  init(_ column: String, _ type: String, isKey: Bool = true, expressions: [String]) {
    self.column = column
    self.type = type
    self.isKey = isKey
    values = expressions
  }

  /// Values as the type's input reads them.
  init(_ column: String, _ type: String, isKey: Bool = true, _ literals: String...) {
    self.init(
      column, type, isKey: isKey, expressions: literals.map { "'" + $0.replacing("'", with: "''") + "'" })
  }

  /// The value of a row, counted round and round; now and then none.
  func value(_ row: Int) -> String {
    let place = row % (values.count + 1)
    if place < values.count { return "CAST(\(values[place]) AS \(type))" }
    return isKey ? "CAST(\(values[0]) AS \(type))" : "CAST(NULL AS \(type))"
  }
}
