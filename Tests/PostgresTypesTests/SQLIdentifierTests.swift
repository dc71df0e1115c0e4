import PostgresTypes
import Testing

@Suite("Identifiers and literals in SQL")
struct SQLIdentifierTests {
  @Test(
    "quotes where quote_ident does",
    arguments: [
      ("users", "users"), ("_a1", "_a1"), ("Users", "\"Users\""), ("1a", "\"1a\""), ("", "\"\""),
      ("order", "\"order\""),
      ("we\"ird; DROP TABLE x", "\"we\"\"ird; DROP TABLE x\""), ("größe", "\"größe\""), ("a b", "\"a b\""),
      ("name", "name"),
    ])
  func quoting(identifier: String, expected: String) {
    #expect(SQLIdentifier.quoted(identifier) == expected)
  }

  @Test(
    "reads back what it quoted",
    arguments: ["users", "we\"ird; DROP TABLE x", "a.b", "\"", "größe", "e\u{301}", "\r\n", "Ünï \"\" .", "select"])
  func roundTrip(identifier: String) {
    let name = QualifiedName(schema: identifier, name: identifier)
    #expect(QualifiedName(parsing: name.description) == name)
  }

  @Test(
    "refuses open quotes, empty parts and a third part",
    arguments: ["", ".", "a.", ".a", "\"a", "a\"b", "\"a\"b", "a.b.c", "\"\""])
  func refuses(text: String) {
    #expect(QualifiedName(parsing: text) == nil)
  }

  @Test("one part is a table of schema public")
  func defaultSchema() {
    #expect(QualifiedName(parsing: "users") == QualifiedName(schema: "public", name: "users"))
  }

  @Test(
    "doubles quotes and backslashes of a literal",
    arguments: [("a", "'a'"), ("it's", "'it''s'"), ("a\\b", " E'a\\\\b'"), ("", "''")])
  func literals(text: String, expected: String) {
    #expect(SQLLiteral.quoted(text) == expected)
  }
}
