import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("Precedence and merging of overrides")
struct PolicyBookTests {
  private static let table = QualifiedName(schema: "public", name: "users")
  private static let other = QualifiedName(schema: "shop", name: "users")

  @Test("flag, stored by resume, table_overrides, schema section, default")
  func precedence() {
    // Each layer chooses another word; taken away one by one from the strongest on, the next one holds.
    var book = PolicyBook(
      flags: PolicyBook.Layer(general: PolicyOverrides(typeMismatches: .castAlways)),
      file: PolicyBook.Layer(
        general: PolicyOverrides(typeMismatches: .castIfSafe),
        tables: [Self.table: PolicyOverrides(typeMismatches: .stop)]))
    var stored = PolicyOverrides(typeMismatches: .castIfExact)
    func holds() -> DriftPolicy.TypeMismatches { book.policy(for: Self.table, stored: stored).typeMismatches }
    #expect(holds() == .castAlways)
    book.flags = PolicyBook.Layer()
    #expect(holds() == .castIfExact)
    stored = .none
    #expect(holds() == .stop)
    #expect(book.policy(for: Self.other).typeMismatches == .castIfSafe)
    book.file.tables = [:]
    #expect(holds() == .castIfSafe)
    book.file = PolicyBook.Layer()
    #expect(holds() == .stop)
    #expect(book.policy(for: Self.table) == .strict)
  }

  @Test("inside of a layer what is said of a table wins over what is said of all")
  func tableOverGeneral() {
    let layer = PolicyBook.Layer(
      general: PolicyOverrides(validation: .permissive, timezone: "Europe/Berlin", skipColumns: ["a"]),
      tables: [Self.table: PolicyOverrides(validation: .strict, skipColumns: ["b"])])
    let policy = PolicyBook(flags: layer).policy(for: Self.table)
    #expect(policy.validation == .strict && policy.timezone == "Europe/Berlin" && policy.skipColumns == ["a", "b"])
    #expect(PolicyBook(flags: layer).policy(for: Self.other).validation == .permissive)
  }

  @Test("every setting alone survives every order of layers that say nothing")
  func settings() {
    let all: [PolicyOverrides] = [
      PolicyOverrides(validation: .disabled), PolicyOverrides(sourceAddedColumns: .stopOnValue),
      PolicyOverrides(targetAddedColumns: .stop), PolicyOverrides(sourceRemovedColumns: .null),
      PolicyOverrides(typeMismatches: .castAlways), PolicyOverrides(safeCastsAllowed: false),
      PolicyOverrides(newTables: .copy), PolicyOverrides(timezone: "Asia/Tokyo"), PolicyOverrides(skipColumns: ["x"]),
      PolicyOverrides(preserveColumns: ["x"]), PolicyOverrides(nullRemovedColumns: ["x"]),
      PolicyOverrides(allowTypeCasts: ["x": "text"]),
    ]
    for one in all {
      #expect(one.over(.none) == one && PolicyOverrides.none.over(one) == one && one.over(one) == one)
      #expect(one.policy != .strict)
      for second in all where !Self.sameColumn(one, second) {
        for third in all where !Self.sameColumn(one, third) && !Self.sameColumn(second, third) {
          #expect(one.over(second).over(third) == one.over(second.over(third)), "the order of merging does not matter")
        }
      }
    }
    #expect(PolicyOverrides.none.policy == .strict)
  }

  @Test("the stronger layer decides what becomes of a column that both name")
  func columns() {
    let skip = PolicyOverrides(skipColumns: ["x", "y"])
    let preserve = PolicyOverrides(preserveColumns: ["x", "z"])
    let null = PolicyOverrides(nullRemovedColumns: ["x"])
    let cast = PolicyOverrides(allowTypeCasts: ["x": "text"])
    for (one, second) in [(skip, preserve), (preserve, null), (null, skip), (cast, skip), (skip, cast)] {
      let merged = one.over(second)
      let uses = [
        merged.skipColumns.contains("x"), merged.preserveColumns.contains("x"),
        merged.nullRemovedColumns.contains("x"),
        merged.allowTypeCasts["x"] != nil && !(one.skipColumns.contains("x")),
      ]
      #expect(uses.count { $0 } == 1, "\(one) over \(second)")
      let own = [
        one.skipColumns.contains("x"), one.preserveColumns.contains("x"), one.nullRemovedColumns.contains("x"),
        one.allowTypeCasts["x"] != nil,
      ]
      #expect(uses == own)
    }
    #expect(preserve.over(skip).skipColumns == ["y"] && preserve.over(skip).preserveColumns == ["x", "z"])
    #expect(
      cast.over(PolicyOverrides(allowTypeCasts: ["x": "int", "y": "int"])).allowTypeCasts == ["x": "text", "y": "int"])
  }

  private static func sameColumn(_ one: PolicyOverrides, _ other: PolicyOverrides) -> Bool {
    let names = { (overrides: PolicyOverrides) in
      !overrides.skipColumns.isEmpty || !overrides.preserveColumns.isEmpty || !overrides.nullRemovedColumns.isEmpty
        || !overrides.allowTypeCasts.isEmpty
    }
    return names(one) && names(other)
  }
}
