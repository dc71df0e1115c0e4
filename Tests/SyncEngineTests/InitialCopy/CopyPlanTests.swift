import PostgresTypes
import SchemaDrift
import Testing

@testable import SyncEngine

@Suite("The first copy: order and pieces")
struct CopyPlanTests {
  private func table(_ name: String, references: [String] = [], kind: TableKind = .ordinary) -> CopyTable {
    let schema = TableSchema(
      oid: OID(rawValue: 20_000), name: QualifiedName(schema: "public", name: name), kind: kind, columns: [],
      foreignKeys: references.map {
        ForeignKey(name: "fk", columns: ["x"], referencedTable: QualifiedName(schema: "public", name: $0))
      })
    return CopyTable(source: schema, target: schema, columns: [])
  }

  @Test("begins with the largest table and cuts it into pieces without a gap")
  func sizes() {
    let tables = [table("small"), table("large"), table("parted", kind: .partitioned)]
    let sizes = [
      CopyPlan.Size(bytes: 10, blocks: 1), CopyPlan.Size(bytes: 1000, blocks: 100),
      CopyPlan.Size(bytes: 500, blocks: 50),
    ]
    let plan = CopyPlan(tables: tables, sizes: sizes, splitLargerThan: 300, workers: 8)
    #expect(plan.pieces.map(\.table) == [1, 1, 1, 1, 2, 0])
    #expect(plan.pieces.prefix(4).map(\.firstBlock) == [nil, 25, 50, 75])
    #expect(plan.pieces.prefix(4).map(\.endBlock) == [25, 50, 75, nil])
    #expect(plan.pieces[1].condition == "ctid >= '(25,0)'::tid AND ctid < '(50,0)'::tid")
    #expect(plan.pieces[4].condition == nil)
    #expect(plan.workers == 6)
  }

  @Test("never has more pieces than blocks, nor a worker without work")
  func fewBlocks() {
    let plan = CopyPlan(
      tables: [table("toasted")], sizes: [CopyPlan.Size(bytes: 1_000_000, blocks: 2)], splitLargerThan: 1, workers: 4)
    #expect(plan.pieces.count == 2 && plan.workers == 2)
    let empty = CopyPlan(
      tables: [table("empty")], sizes: [CopyPlan.Size(bytes: 0, blocks: 0)], splitLargerThan: 1, workers: 4)
    #expect(empty.pieces == [CopyPiece(table: 0)] && empty.workers == 1)
  }

  @Test("copies what is referred to first when foreign keys act, also around a circle")
  func foreignKeys() {
    let tables = [
      table("a", references: ["b"]), table("b", references: ["c", "elsewhere"]), table("c", references: ["c"]),
      table("d", references: ["e"]), table("e", references: ["d"]),
    ]
    let order = CopyPlan(inOrderOfForeignKeys: tables).pieces.map(\.table)
    #expect(order.prefix(3) == [2, 1, 0])
    #expect(Set(order) == Set(0..<5) && order.count == 5)
    let chain = (0..<50_000).map { table("t\($0)", references: ["t\($0 + 1)"]) }
    #expect(CopyPlan(inOrderOfForeignKeys: chain).pieces.first?.table == 49_999)
  }
}
