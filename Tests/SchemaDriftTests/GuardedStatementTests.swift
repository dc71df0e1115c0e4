import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("Guarded statements")
struct GuardedStatementTests {
  static let table = QualifiedName(schema: "public", name: "Users")

  @Test("a column is dropped only as long as its number is the one that was judged; else it is said that it is done")
  func column() {
    let statement = GuardedStatement.whileColumn(
      ColumnSchema("it's", .text, number: 4), of: Self.table, "ALTER TABLE public.\"Users\" DROP COLUMN \"it's\"")
    #expect(
      statement
        == "DO $pgsyncd$ BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = "
        + "pg_catalog.to_regclass('public.\"Users\"') AND attname = 'it''s' AND attnum = 4) THEN "
        + "ALTER TABLE public.\"Users\" DROP COLUMN \"it's\"; ELSE RAISE NOTICE USING MESSAGE = "
        + "'column \"it''s\" of public.\"Users\" is another one by now, nothing to do'; END IF; END $pgsyncd$;")
  }

  @Test("a column whose number is not known is dropped without a guard")
  func unknownNumber() {
    let column = ColumnSchema("a", .text)
    #expect(GuardedStatement.whileColumn(column, of: Self.table, "DROP a") == "DROP a;")
  }

  @Test("a type is converted only as long as it is the one that was judged")
  func type() {
    let statement = GuardedStatement.whileType(of: ColumnSchema("a", .timestamp), in: Self.table, "ALTER a")
    #expect(statement.contains("format_type(atttypid, -1) = 'timestamp without time zone') THEN ALTER a; ELSE"))
  }
}
