import LogicalReplication
import PostgresTypes
import Testing

@testable import pgsyncd

@Suite("Tables that a user names")
struct TableLookupTests {
  private let lookup = TableLookup(
    tables: [("public", "users"), ("public", "Users"), ("shop", "orders"), ("we\"ird", "a.b")].enumerated().map {
      TableStatus(
        name: QualifiedName(schema: $1.0, name: $1.1), sourceOID: OID(rawValue: UInt32($0 + 1)), condition: .ok,
        worker: .streaming)
    })

  @Test(
    "each spelling",
    arguments: [
      ("users", 1), ("public.users", 1), ("Users", 2), ("\"Users\"", 2), ("public.\"Users\"", 2), ("shop.orders", 3),
      ("\"we\"\"ird\".\"a.b\"", 4),
    ] as [(String, UInt32)])
  func spelling(_ text: String, _ oid: UInt32) throws {
    #expect(try lookup.table(named: text).sourceOID.rawValue == oid)
  }

  @Test(
    "what does not exist is told with the nearest name",
    arguments: [
      ("usres", "this pipeline has no table 'public.usres'; did you mean 'public.users'?"),
      ("orders", "this pipeline has no table 'public.orders'; did you mean 'shop.orders'?"),
      ("a.b.c", "'a.b.c' is not the name of a table"), ("", "'' is not the name of a table"),
    ])
  func unknown(_ text: String, _ message: String) {
    let failure = #expect(throws: CommandFailure.self) { try lookup.table(named: text) }
    #expect(failure?.status == .usage && failure?.message == message)
  }

  @Test("a table that is named twice is meant once")
  func twice() throws {
    #expect(try lookup.tables(named: ["users", "public.users", "shop.orders"]).map(\.sourceOID.rawValue) == [1, 3])
  }
}
