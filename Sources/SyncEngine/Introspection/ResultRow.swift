import FoundationEssentials
import LibPQ
import PostgresTypes

/// One row of a query's result, read column by column into typed values.
///
/// A value that is not what the statement asked for is an error of the server (or of something that stands between),
/// never a trap.
struct ResultRow {
  let result: QueryResult
  let row: Int

  /// The text of a column; nil for NULL.
  func optionalText(_ column: Int) -> String? { result[row, column] }

  /// The text of a column that is not NULL.
  func text(_ column: Int) throws(PostgresError) -> String {
    guard let text = result[row, column] else { throw unexpected(column, "NULL") }
    return text
  }

  /// A number.
  func integer<Number: FixedWidthInteger>(
    _ column: Int, as type: Number.Type = Number.self
  ) throws(PostgresError) -> Number {
    let text = try text(column)
    guard let number = Number(text) else { throw unexpected(column, "no number") }
    return number
  }

  /// A number; nil for NULL.
  func optionalInteger<Number: FixedWidthInteger>(
    _ column: Int, as type: Number.Type = Number.self
  ) throws(PostgresError) -> Number? {
    result[row, column] == nil ? nil : try integer(column, as: type)
  }

  /// A floating-point number; nil for NULL.
  func optionalDouble(_ column: Int) throws(PostgresError) -> Double? {
    guard let text = result[row, column] else { return nil }
    guard let number = Double(text) else { throw unexpected(column, "no number") }
    return number
  }

  /// An object identifier.
  func oid(_ column: Int) throws(PostgresError) -> OID { OID(rawValue: try integer(column)) }

  /// A boolean.
  func flag(_ column: Int) throws(PostgresError) -> Bool {
    switch try text(column) {
    case "t": return true
    case "f": return false
    default: throw unexpected(column, "no boolean")
    }
  }

  /// An array of texts without NULLs; empty for NULL.
  func list(_ column: Int) throws(PostgresError) -> [String] {
    guard let text = result[row, column] else { return [] }
    guard let elements = TextArray.elements(of: text) else { throw unexpected(column, "no array") }
    return elements.map { $0 ?? "" }
  }

  /// A name of two columns, schema first.
  func name(_ schemaColumn: Int, _ nameColumn: Int) throws(PostgresError) -> QualifiedName {
    QualifiedName(schema: try text(schemaColumn), name: try text(nameColumn))
  }

  /// A log position; nil for NULL.
  func optionalLSN(_ column: Int) throws(PostgresError) -> LSN? {
    guard let text = result[row, column] else { return nil }
    guard let lsn = LSN(text) else { throw unexpected(column, "no pg_lsn") }
    return lsn
  }

  /// SQL that turns an expression of type `timestamptz` into microseconds since 1970.
  static func microseconds(_ expression: String) -> String {
    "(extract(epoch FROM \(expression)) * 1000000)::bigint"
  }

  /// SQL that turns microseconds since 1970 into a `timestamptz`, exactly.
  static func moment(_ expression: String) -> String {
    "('epoch'::timestamptz + \(expression) * interval '1 microsecond')"
  }

  /// A moment that the statement gave by ``microseconds(_:)``.
  func moment(_ column: Int) throws(PostgresError) -> PostgresTimestamp {
    PostgresTimestamp(unixMicroseconds: try integer(column))
  }

  /// A moment that the statement gave by ``microseconds(_:)``; nil for NULL.
  func optionalMoment(_ column: Int) throws(PostgresError) -> PostgresTimestamp? {
    try optionalInteger(column, as: Int64.self).map(PostgresTimestamp.init(unixMicroseconds:))
  }

  /// Bytes that the statement gave by `encode(…, 'hex')`; nil for NULL.
  func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
    guard let text = result[row, column] else { return nil }
    guard let bytes = Hexadecimal.bytes(text) else { throw unexpected(column, "not hexadecimal") }
    return bytes
  }

  /// A value of an enumeration that is stored by its raw text.
  func value<Value: RawRepresentable<String>>(
    _ column: Int, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    guard let value = Value(rawValue: try text(column)) else { throw unexpected(column, "no \(type)") }
    return value
  }

  /// A column of JSON.
  func json<Value: Decodable>(_ column: Int, as type: Value.Type = Value.self) throws(PostgresError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(try text(column).utf8))
    } catch let error as PostgresError {
      throw error
    } catch {
      throw unexpected(column, "no \(type)")
    }
  }

  private func unexpected(_ column: Int, _ what: String) -> PostgresError {
    .unexpectedResult("column \(column + 1) of a catalog query is \(what)")
  }
}

extension QueryResult {
  /// The rows in order.
  var rows: some Sequence<ResultRow> { (0..<rowCount).lazy.map { ResultRow(result: self, row: $0) } }

  /// The only row of a statement that always returns one.
  func onlyRow() throws(PostgresError) -> ResultRow {
    guard rowCount == 1 else { throw .unexpectedResult("\(rowCount) rows instead of one") }
    return ResultRow(result: self, row: 0)
  }
}
