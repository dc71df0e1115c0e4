internal import CLibPQ
import PostgresTypes

/// The rows of a statement, or what it did.
///
/// It owns libpq's memory and frees it with the last copy. Values are text in the session's encoding, UTF-8.
public struct QueryResult {
  private let storage: ResultStorage?

  init(_ storage: ResultStorage?) { self.storage = storage }

  /// The number of rows.
  public var rowCount: Int { storage.map { Int(PQntuples($0.pointer)) } ?? 0 }

  /// The number of columns.
  public var columnCount: Int { storage.map { Int(PQnfields($0.pointer)) } ?? 0 }

  /// The columns' names, in order.
  public var columnNames: [String] {
    guard let storage else { return [] }
    return (0..<columnCount).map { String(cString: PQfname(storage.pointer, Int32($0))) }
  }

  /// The number of rows that the statement inserted, updated, deleted, copied or returned.
  public var rowsAffected: Int { storage?.rowsAffected ?? 0 }

  /// The command tag, such as `INSERT 0 1`.
  public var commandTag: String { storage.flatMap { PQcmdStatus($0.pointer) }.map { String(cString: $0) } ?? "" }

  /// The first column with that name; nil if there is none. Names are compared exactly.
  public func columnIndex(_ name: String) -> Int? {
    guard let storage else { return nil }
    return (0..<columnCount).first { String(cString: PQfname(storage.pointer, Int32($0))) == name }
  }

  /// A value; nil for NULL. Bytes that are not UTF-8, which only a server without an encoding (SQL_ASCII) sends, are
  /// replaced; ``withBytes(row:column:_:)`` has them as they are.
  public subscript(row: Int, column: Int) -> String? {
    withBytes(row: row, column: column) { bytes in String(decoding: bytes, as: UTF8.self) }
  }

  /// A value by its column's name, which must be in the result; nil for NULL.
  public subscript(row: Int, name: String) -> String? {
    guard let column = columnIndex(name) else { preconditionFailure("the statement returns no column \(name)") }
    return self[row, column]
  }

  /// True if a value is NULL.
  public func isNull(row: Int, column: Int) -> Bool {
    PQgetisnull(checked(row, column), Int32(row), Int32(column)) == 1
  }

  /// Calls `body` with a value's bytes, valid during the call; nil, without a call, for NULL.
  public func withBytes<Value, Failure: Error>(
    row: Int, column: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value? {
    let pointer = checked(row, column)
    guard PQgetisnull(pointer, Int32(row), Int32(column)) == 0 else { return nil }
    let length = Int(PQgetlength(pointer, Int32(row), Int32(column)))
    defer { extendLifetime(storage) }
    return try body(UnsafeRawBufferPointer(start: PQgetvalue(pointer, Int32(row), Int32(column)), count: length))
  }

  /// The type of a column.
  public func columnType(_ column: Int) -> OID {
    OID(rawValue: PQftype(checked(0, column, anyRow: true), Int32(column)))
  }

  /// libpq answers a wrong index with a warning on stderr and a null pointer; here it is a broken invariant.
  private func checked(_ row: Int, _ column: Int, anyRow: Bool = false) -> OpaquePointer {
    precondition(anyRow || (0..<rowCount).contains(row), "row \(row) of \(rowCount)")
    precondition((0..<columnCount).contains(column), "column \(column) of \(columnCount)")
    guard let storage else { preconditionFailure("an empty result has no columns") }
    return storage.pointer
  }
}
