import PGOutput
import Testing

/// What a real server sent, held against the SQL that stands in the fixture.
@Suite("Captured changes")
struct CapturedChangesTests {
  private func expect(_ fixture: String, _ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let transcript = try Transcript(of: Fixture(named: fixture))
    #expect(transcript.lines == lines, sourceLocation: sourceLocation)
  }

  @Test("every replica identity says as much of the old row as it should")
  func replicaIdentities() throws {
    try expect(
      "replica-identities",
      [
        "BEGIN", "RELATION public.by_key d [id*:23, name:25, note:25]", "INSERT public.by_key ('1', 'Ada', NULL)",
        "INSERT public.by_key ('2', '', 'x')", "COMMIT",
        "BEGIN", "UPDATE public.by_key ('1', 'Ada', 'n')", "COMMIT",
        "BEGIN", "UPDATE public.by_key K('2', NULL, NULL) -> ('3', '', 'x')", "COMMIT",
        "BEGIN", "DELETE public.by_key K('3', NULL, NULL)", "COMMIT",
        "BEGIN", "RELATION public.by_index i [a*:23, b*:25, c:1700(524294)]",
        "INSERT public.by_index ('1', 'x', '1.50')", "COMMIT",
        "BEGIN", "UPDATE public.by_index ('1', 'x', NULL)", "COMMIT",
        "BEGIN", "UPDATE public.by_index K('1', 'x', NULL) -> ('1', 'y', NULL)", "COMMIT",
        "BEGIN", "DELETE public.by_index K('1', 'y', NULL)", "COMMIT",
        "BEGIN", "RELATION public.by_row f [id*:23, name*:25]", "INSERT public.by_row ('1', 'a')",
        "INSERT public.by_row (NULL, NULL)", "COMMIT",
        "BEGIN", "UPDATE public.by_row O('1', 'a') -> ('1', 'b')", "COMMIT",
        "BEGIN", "DELETE public.by_row O(NULL, NULL)", "COMMIT",
        "BEGIN", "RELATION public.by_nothing n [id:23]", "INSERT public.by_nothing ('1')", "COMMIT",
        "BEGIN", "RELATION public.index_gone i [id:23, v:25]", "INSERT public.index_gone ('1', 'v')", "COMMIT",
        "BEGIN", "RELATION public.no_columns d []", "INSERT public.no_columns ()", "COMMIT",
      ])
  }

  @Test("an unchanged TOAST value is marked, and stands in the old row under REPLICA IDENTITY FULL")
  func toast() throws {
    try expect(
      "toast",
      [
        "BEGIN", "RELATION public.doc d [id*:23, title:25, body:25]", "INSERT public.doc ('1', 'old', x*3000)",
        "COMMIT",
        "BEGIN", "UPDATE public.doc ('1', 'new', unchanged)", "COMMIT",
        "BEGIN", "UPDATE public.doc ('1', 'new', y*3100)", "COMMIT",
        "BEGIN", "UPDATE public.doc K('1', NULL, NULL) -> ('2', 'new', unchanged)", "COMMIT",
        "BEGIN", "RELATION public.doc f [id*:23, title*:25, body*:25]",
        "UPDATE public.doc O('2', 'new', y*3100) -> ('2', 'full', unchanged)", "COMMIT",
        "BEGIN", "DELETE public.doc O('2', 'full', y*3100)", "COMMIT",
      ])
  }

  @Test("TRUNCATE lists what a cascade reached, and its options")
  func truncate() throws {
    let parent = "RELATION public.parent d [id*:23]"
    let child = "RELATION public.child d [id*:23, parent:23]"
    let lone = "RELATION public.lone d [id:23]"
    try expect(
      "truncate",
      [
        "BEGIN", lone, "TRUNCATE public.lone", "COMMIT",
        "BEGIN", parent, child, "TRUNCATE public.parent, public.child CASCADE", "COMMIT",
        "BEGIN", parent, child, lone, "TRUNCATE public.parent, public.child, public.lone RESTART IDENTITY", "COMMIT",
        "BEGIN", parent, child, "TRUNCATE public.parent, public.child RESTART IDENTITY CASCADE", "COMMIT",
      ])
  }

  @Test("a shape that changes inside a transaction is told before the row that has it")
  func shapes() throws {
    try expect(
      "shapes",
      [
        "BEGIN", "RELATION public.users d [id*:23, name:1043(14)]", "INSERT public.users ('1', 'a')",
        "RELATION public.users d [id*:23, name:1043(14), phone:1043(24)]", "INSERT public.users ('2', 'b', '+1')",
        "RELATION public.users d [id*:23, name:1043(24), phone:25]", "INSERT public.users ('3', 'c', '+2')",
        "RELATION public.users d [id*:23, name:1043(24), telephone:25]", "INSERT public.users ('4', 'd', NULL)",
        "COMMIT",
        "BEGIN", "RELATION public.users d [id*:23, name:1043(24), telephone:25]",
        "INSERT public.users ('5', 'e', '+5')", "COMMIT",
        // PostgreSQL 15 sends no RELATION after ALTER SCHEMA … RENAME.
        "BEGIN", "INSERT public.users ('6', 'f', '+6')", "COMMIT",
      ])
  }

  @Test("names and values of any kind arrive as they are")
  func names() throws {
    try expect(
      "names",
      [
        "BEGIN", #"TYPE "odd ""schema"."Größe""#,
        #"RELATION "odd ""schema"."we""ird; DROP TABLE x" d [日本 語*:23, select:"odd ""schema"."Größe", a.b:25]"#,
        #"INSERT "odd ""schema"."we""ird; DROP TABLE x" ('1', 'ß', '日本')"#, "COMMIT",
      ])
    try expect(
      "latin1",
      ["BEGIN", #"RELATION public."Größe" d [Maß:25]"#, #"INSERT public."Größe" ('Füße')"#, "COMMIT"])
  }

  @Test("a column list leaves columns out of relation and tuple alike")
  func columnList() throws {
    try expect(
      "column-list",
      [
        "BEGIN", "RELATION public.users d [id*:23, name:25]", "INSERT public.users ('1', 'a')", "COMMIT",
        "BEGIN", "UPDATE public.users K('1', NULL) -> ('2', 'a')", "COMMIT",
      ])
  }

  @Test("a generated column is a column like any other when it is published (18)")
  func generatedColumns() throws {
    try expect(
      "generated-columns-18",
      ["BEGIN", "RELATION public.g d [id*:23, twice:23]", "INSERT public.g ('21', '42')", "COMMIT"])
  }

  @Test("via the partition root, parent and leaf are told and the tuple has the parent's order")
  func partitions() throws {
    try expect(
      "partitions",
      [
        "BEGIN", "RELATION public.part d [id*:23, v:25]", "RELATION public.part_low d [v:25, id*:23]",
        "INSERT public.part ('1', 'low')", "COMMIT",
      ])
  }

  @Test("logical messages come inside and outside of transactions")
  func logicalMessages() throws {
    try expect(
      "logical-messages",
      [
        "MESSAGE (not transactional) 'outside' 'not transactional'", "MESSAGE (not transactional) '' ''",
        "BEGIN", "RELATION public.t d [id:23]", "INSERT public.t ('1')", "MESSAGE 'präfix' bytes [0, 255, 1]", "COMMIT",
      ])
  }

  @Test("a transaction that came by replication names its origin")
  func origin() throws {
    try expect(
      "origin",
      ["BEGIN", "ORIGIN upstream 12/AABBCC", "RELATION public.t d [id:23]", "INSERT public.t ('1')", "COMMIT"])
  }

  @Test("a row that an UPDATE moves into a row filter is an INSERT that may lack a value")
  func rowFilter() throws {
    try expect(
      "row-filter",
      [
        "BEGIN", "RELATION public.doc d [id*:23, body:25]", "INSERT public.doc ('15', unchanged)", "COMMIT",
        "BEGIN", "DELETE public.doc K('15', NULL)", "COMMIT",
      ])
    let insert = try #require(Fixture(named: "row-filter").messages.first { $0[0] == UInt8(ascii: "I") })
    let error = #expect(throws: PGOutputError.self) {
      try PGOutputDecoder.decode(insert.span.bytes, insideStream: false)
    }
    #expect(error?.reason == .unchangedTOASTInInsert)
    #expect(error?.offset == insert.count - 1)
    #expect(error?.message == .insert)
  }
}
