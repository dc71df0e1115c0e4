import LibPQ
import PostgresTypes

/// The rows of one side, sorted by the bytes of their keys and then by all their bytes, one at a time.
struct RowStream: ~Copyable {
  /// A row and its key, both as the text of a row constructor.
  struct Row {
    var bytes: [UInt8]
    var key: [UInt8]?
  }

  private let connection: PostgresConnection
  private var isStarted = false

  /// Reads the COPY that was started on the connection.
  init(_ connection: PostgresConnection) { self.connection = connection }

  /// A COPY in binary format of two columns: the row as UTF-8 bytes, whose order does not depend on any collation, and
  /// the key, NULL without one.
  static func statement(
    table: QualifiedName, isPartitioned: Bool, _ columns: [String], _ key: [String]
  ) -> String {
    // A table with children by inheritance is compared without them: they are compared by themselves.
    let rows = "FROM \(isPartitioned ? "" : "ONLY ")\(table.sql) AS t"
    return """
      COPY (SELECT pg_catalog.convert_to(\(row(columns)), 'UTF8') AS bytes, \
      \(key.isEmpty ? "NULL::bytea" : "pg_catalog.convert_to(\(row(key)), 'UTF8')") AS key \
      \(rows) ORDER BY 2, 1) TO STDOUT (FORMAT binary)
      """
  }

  private static func row(_ columns: [String]) -> String {
    "ROW(\(columns.map { "t." + SQLIdentifier.alwaysQuoted($0) }.joined(separator: ", ")))::text"
  }

  /// The next row; nil after the last one.
  mutating func next() throws(PostgresError) -> Row? {
    guard var bytes = try connection.nextCopyRow() else { return nil }
    if !isStarted {
      // The file header comes in one message with the first row, or with the trailer (sql-copy, binary format).
      isStarted = true
      bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(Self.headerLength))
      if bytes.isEmpty {
        guard let following = try connection.nextCopyRow() else { return nil }
        bytes = following
      }
    }
    var offset = 0
    // The trailer has −1 in place of the number of columns.
    guard Self.integer(bytes, &offset, as: Int16.self) == 2 else {
      while try connection.nextCopyRow() != nil {}
      return nil
    }
    let row = Self.value(bytes, &offset) ?? []
    return Row(bytes: row, key: Self.value(bytes, &offset))
  }

  /// Signature, flags and the length of an empty extension.
  private static let headerLength = 19

  private static func value(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> [UInt8]? {
    let length = Int(integer(bytes, &offset, as: Int32.self))
    guard length >= 0 else { return nil }
    defer { offset += length }
    return Array(bytes[offset..<offset + length])
  }

  private static func integer<Value: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, as type: Value.Type
  ) -> Value {
    defer { offset += MemoryLayout<Value>.size }
    return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }
}
