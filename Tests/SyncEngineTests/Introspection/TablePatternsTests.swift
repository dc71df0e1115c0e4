import PostgresTypes
import Testing

@testable import SyncEngine

@Suite("Patterns of tables")
struct TablePatternsTests {
  @Test(
    "match within a part, and quoted parts literally",
    arguments: [
      ("*.*", "any", "thing", true),
      ("*", "public", "t", true),
      ("*", "shop", "t", false),
      ("orders", "public", "orders", true),
      ("shop.orders", "shop", "orders", true),
      ("shop.orders", "shop", "Orders", false),
      ("shop.*", "shop", "orders", true),
      ("shop.*", "shop2", "orders", false),
      ("*.audit_*", "a", "audit_2026", true),
      ("*.audit_*", "a", "my_audit_2026", false),
      ("*.*_log", "a", "_log", true),
      ("*.a*b*c", "s", "aXbYc", true),
      ("*.a*b*c", "s", "abc", true),
      ("*.a*b*c", "s", "acb", false),
      ("*.ab*ba", "s", "aba", false),
      ("\"we.ird\".\"Ta*ble\"", "we.ird", "Ta*ble", true),
      ("\"we.ird\".\"Ta*ble\"", "we.ird", "Table", false),
      ("\"we\"\"ird\".t", "we\"ird", "t", true),
      ("s.caf\u{e9}", "s", "caf\u{e9}", true),
      ("s.caf\u{e9}", "s", "cafe\u{301}", false),
    ])
  func matching(pattern: String, schema: String, table: String, isMatch: Bool) throws {
    #expect(try TablePattern(pattern).matches(QualifiedName(schema: schema, name: table)) == isMatch)
  }

  @Test(
    "what is no pattern is refused", arguments: ["", ".", "a.", ".b", "a.b.c", "\"a", "\"\".b", "a\"b", "\"a\"b.c"])
  func malformed(pattern: String) {
    #expect(throws: TablePatternError.malformed(pattern: pattern)) { try TablePattern(pattern) }
  }

  private let candidates = [
    CandidateTable(oid: OID(rawValue: 1), name: QualifiedName(schema: "public", name: "users")),
    CandidateTable(oid: OID(rawValue: 2), name: QualifiedName(schema: "public", name: "orders")),
    CandidateTable(
      oid: OID(rawValue: 3), name: QualifiedName(schema: "public", name: "orders_2026"),
      obstacle: .partition(root: QualifiedName(schema: "public", name: "orders"))),
    CandidateTable(oid: OID(rawValue: 4), name: QualifiedName(schema: "audit", name: "log"), obstacle: .unlogged),
    CandidateTable(
      oid: OID(rawValue: 5), name: QualifiedName(schema: "public", name: "spatial_ref_sys"),
      belongsToExtension: "postgis"),
  ]

  private func names(_ include: [String], _ exclude: [String] = []) throws -> [String] {
    try TablePatterns(include: include, exclude: exclude).selection(from: candidates).map(\.name.sql)
  }

  @Test("without patterns every table that can be replicated is chosen, extensions' own tables apart")
  func everything() throws {
    #expect(try names([]) == ["public.users", "public.orders"])
    #expect(try names(["public.*"], ["users"]) == ["public.orders"])
    #expect(try names(["spatial_ref_sys"]) == ["public.spatial_ref_sys"])
    #expect(try TablePatterns().selection(from: []) == [])
  }

  @Test("a pattern that matches nothing is refused with the nearest name")
  func unmatched() {
    #expect(throws: TablePatternError.matchesNothing(pattern: "public.user", nearest: "public.users")) {
      try names(["public.user"])
    }
    #expect(throws: TablePatternError.matchesNothing(pattern: "ordres", nearest: "public.orders")) {
      try names(["ordres"])
    }
    #expect(throws: TablePatternError.matchesNothing(pattern: "nowhere.*", nearest: nil)) { try names(["nowhere.*"]) }
    #expect(throws: TablePatternError.matchesNothing(pattern: "public.odrers", nearest: "public.orders")) {
      try names(["*.*"], ["public.odrers"])
    }
  }

  @Test("a pattern that names what cannot be replicated says why")
  func obstacles() {
    #expect(
      throws: TablePatternError.notReplicable(
        pattern: "orders_2026", obstacle: .partition(root: QualifiedName(schema: "public", name: "orders")))
    ) { try names(["orders_2026"]) }
    #expect(throws: TablePatternError.notReplicable(pattern: "audit.log", obstacle: .unlogged)) {
      try names(["audit.log"])
    }
  }
}
