/// The columns of a table by name and by attribute number.
struct ColumnIndex {
  /// All of them, in their order.
  let columns: [ColumnSchema]
  private let byName: [NameKey: ColumnSchema]
  private let byNumber: [Int16: ColumnSchema]

  init(_ table: TableSchema?) {
    columns = table?.columns ?? []
    byName = Dictionary(columns.map { (NameKey($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    byNumber = Dictionary(
      columns.filter { $0.attributeNumber != 0 }.map { ($0.attributeNumber, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The column of that name, byte by byte.
  func named(_ name: String) -> ColumnSchema? { byName[NameKey(name)] }

  /// The column with that attribute number; nil for 0, which means unknown.
  func numbered(_ number: Int16) -> ColumnSchema? { number == 0 ? nil : byNumber[number] }
}
