/// Two tables column by column, matched by name and by nothing else. Order never matters to what it contains; the lists
/// follow the order of the side that they come from.
///
/// The diff says what is; whether a table may go on is the verdict's business (``CompatibilityVerdict``).
public struct SchemaDiff: Hashable, Sendable {
  /// The columns that both sides have.
  public var common: [ColumnComparison]
  /// The columns that only the source has.
  public var sourceOnly: [ColumnSchema]
  /// The columns that only the target has.
  public var targetOnly: [ColumnSchema]

  /// Compares two tables.
  ///
  /// - Parameter timezone: the time zone in which times without a zone are read.
  public init(source: TableSchema, target: TableSchema, timezone: String = "UTC") {
    let counterparts = Dictionary(
      target.columns.map { (NameKey($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    let sourceNames = Set(source.columns.map { NameKey($0.name) })
    common = source.columns.compactMap { column in
      counterparts[NameKey(column.name)].map {
        ColumnComparison(source: column, target: $0, timezone: timezone)
      }
    }
    sourceOnly = source.columns.filter { counterparts[NameKey($0.name)] == nil }
    targetOnly = target.columns.filter { !sourceNames.contains(NameKey($0.name)) }
  }

  /// The columns in common whose types differ, lossless differences included.
  public var typeMismatches: [ColumnComparison] { common.filter { $0.differences.contains(.type) } }

  /// True if the two tables have the same columns with the same properties.
  public var isEmpty: Bool { sourceOnly.isEmpty && targetOnly.isEmpty && common.allSatisfy(\.differences.isEmpty) }
}
