import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("The diff of two tables")
struct SchemaDiffTests {
  static let source = TableSchema.make([
    .id, .email, ColumnSchema("price", .numeric(10, 2)), ColumnSchema("count", .int4), ColumnSchema("new", .text),
  ])
  static let target = TableSchema.make([
    ColumnSchema("own", .text), ColumnSchema("count", .int8), ColumnSchema("price", .int4),
    ColumnSchema("email", .varchar(40), notNull: true).with { $0.defaultExpression = "''::character varying" },
    .id,
  ])

  @Test("says what is in common, on one side only, and of another type")
  func contents() {
    let diff = SchemaDiff(source: Self.source, target: Self.target)
    #expect(diff.common.map(\.source.name) == ["id", "email", "price", "count"])
    #expect(diff.sourceOnly.map(\.name) == ["new"])
    #expect(diff.targetOnly.map(\.name) == ["own"])
    #expect(diff.typeMismatches.map(\.source.name) == ["price", "count"])
    #expect(diff.typeMismatches.map(\.conversion.isLossless) == [false, true])
    #expect(diff.common.map(\.differences) == [[], [.notNull, .defaultExpression], [.type], [.type]])
    #expect(!diff.isEmpty)
  }

  @Test("the order of columns does not matter")
  func order() {
    let reversed = SchemaDiff(
      source: Self.source.with { $0.columns.reverse() }, target: Self.target.with { $0.columns.reverse() })
    let diff = SchemaDiff(source: Self.source, target: Self.target)
    let key = { (pair: ColumnComparison) in "\(pair.source.name) \(pair.conversion) \(pair.differences)" }
    #expect(Set(reversed.common.map(key)) == Set(diff.common.map(key)))
    #expect(reversed.sourceOnly.map(\.name) == diff.sourceOnly.map(\.name))
  }
}
