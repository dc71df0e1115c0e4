import Testing

@testable import SyncEngine

@Suite("A file of SQL, taken apart")
struct SQLScriptTests {
  private static func parts(_ text: String) throws -> [String] { try SQLScript(text).statements.map(\.sql) }

  @Test(
    "a semicolon that belongs to something does not end the statement",
    arguments: [
      "SELECT 'a;b'", "SELECT E'a\\';b'", "SELECT \"a;b\"", "SELECT 'it''s;'", "SELECT $$a;b$$", "SELECT $x$a;$$;b$x$",
      "SELECT /* a; /* b; */ c; */ 1", "SELECT 1 -- a;b\n + 2",
      "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
      "SELECT a$b FROM t WHERE c = $1", "SELECT '\\'", "SELECT 'ü;'",
    ])
  func one(_ statement: String) throws {
    #expect(try Self.parts(statement + ";\nSELECT 9") == [statement, "SELECT 9"])
    #expect(try Self.parts(statement) == [statement])
  }

  @Test("comments and empty statements are left out, and each statement knows its line")
  func lines() throws {
    let script = try SQLScript("-- first\n\n/* second\n*/ ALTER TABLE a\n ADD b int;;\n;  SELECT\n1; -- end\n")
    #expect(
      script.statements == [
        .init(sql: "ALTER TABLE a\n ADD b int", line: 4), .init(sql: "SELECT\n1", line: 6),
      ])
    #expect(try Self.parts(" \n-- nothing\n").isEmpty)
    #expect(try Self.parts("BEGIN; COMMIT") == ["BEGIN", "COMMIT"])
  }

  @Test(
    "what psql alone understands, and what is never closed, is refused with its line",
    arguments: [
      ("SELECT 1;\n\\i other.sql\n", 2, "'\\i'"), ("\n\\connect x", 2, "'\\connect'"),
      ("SELECT 1 \\gx", 1, "'\\gx'"), ("COPY t FROM\nstdin;", 2, "STDIN"), ("a\nSELECT 'x", 2, "quote"),
      ("\n\n$f$ x", 3, "dollar quote"), ("/* /* */ x", 1, "comment"),
    ])
  func refused(_ text: String, line: Int, says: String) {
    #expect {
      _ = try SQLScript(text)
    } throws: { error in
      guard let refusal = error as? SQLScript.Refusal else { return false }
      return refusal.line == line && refusal.problem.contains(says)
    }
  }
}
