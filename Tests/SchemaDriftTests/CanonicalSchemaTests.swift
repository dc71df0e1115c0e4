import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("The canonical text and its fingerprint")
struct CanonicalSchemaTests {
  static let users = TableSchema.make([
    ColumnSchema("id", .int8, notNull: true).with { $0.identity = .always },
    ColumnSchema("email", .varchar(40)).with { $0.defaultExpression = "''::character varying" },
    ColumnSchema("mood", .enumeration("shop.mood", ["sad", "happy"])),
    ColumnSchema("total", .numeric(10, 2)).with {
      $0.generated = GeneratedColumn(kind: .stored, expression: "(price * (2)::numeric)")
    },
    ColumnSchema("tags", .array(of: .varchar(5))).with {
      $0.collation = QualifiedName(schema: "pg_catalog", name: "C")
    },
    ColumnSchema("we\"ird\n", .domain("shop.d", over: .int4, isNotNull: true, checks: ["CHECK ((VALUE > 0))"])),
    ColumnSchema("place", .composite("shop.place", [("x", .int4), ("y", .text)])),
    ColumnSchema("span", .named("int4range")),
  ])

  @Test("is what it is documented to be")
  func text() {
    #expect(
      CanonicalSchema.text(of: Self.users) == #"""
        pgsyncd schema 1
        column "id" type "pg_catalog"."int8" not-null identity a
        column "email" type "pg_catalog"."varchar" modifier 44 default "''::character varying"
        column "mood" type "shop"."mood" enum("sad","happy")
        column "total" type "pg_catalog"."numeric" modifier 655366 generated s "(price * (2)::numeric)"
        column "tags" type "pg_catalog"."_varchar" modifier 9 array("pg_catalog"."varchar") collation "pg_catalog"."C"
        column "we\"ird\n" type "shop"."d" domain("pg_catalog"."int4" not-null check "CHECK ((VALUE > 0))")
        column "place" type "shop"."place" composite("x" "pg_catalog"."int4","y" "pg_catalog"."text")
        column "span" type "pg_catalog"."int4range" range("pg_catalog"."int4")
        primary-key "id"
        replica-identity d "id"

        """#)
  }

  @Test("the fingerprint is the SHA-256 of the text")
  func fingerprint() {
    // echo -n abc | sha256sum
    #expect(
      SchemaFingerprint(ofText: "abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SchemaFingerprint(ofText: "").hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(SchemaFingerprint(of: Self.users) == SchemaFingerprint(ofText: CanonicalSchema.text(of: Self.users)))
  }

  /// What a schema is may not change its fingerprint, whatever server it stands on.
  static let unseen: [(String, @Sendable (inout TableSchema) -> Void)] = [
    ("the table's OID", { $0.oid = OID(rawValue: 99_999) }),
    ("the table's name", { $0.name.name = "clients" }),
    ("the OID of a user-defined type", { $0.columns[2].type.oid = OID(rawValue: 77_777) }),
    ("attribute numbers", { for index in $0.columns.indices { $0.columns[index].attributeNumber += 3 } }),
    ("the value of ADD time", { $0.columns[1].missingValue = "x" }),
    ("the file node", { $0.relationFileNode = 5 }),
    ("the triggers", { $0.firingTriggers = ["t"] }),
    ("how the type is spelled", { $0.columns[1].type.sqlName = "varchar(40)" }),
  ]

  @Test("does not see", arguments: unseen.indices)
  func doesNotSee(index: Int) {
    let (what, change) = Self.unseen[index]
    #expect(SchemaFingerprint(of: Self.users.with(change)) == SchemaFingerprint(of: Self.users), "\(what)")
  }

  static let seen: [(String, @Sendable (inout TableSchema) -> Void)] = [
    ("a column's name", { $0.columns[1].name = "mail" }),
    ("a name in another normal form", { $0.columns[1].name = "e\u{301}" }),
    ("the order of columns", { $0.columns.swapAt(0, 1) }),
    ("one more column", { $0.columns.append(ColumnSchema("x", .int4)) }),
    ("a type", { $0.columns[0].type = .int4 }),
    ("a length", { $0.columns[1].type = .varchar(41) }),
    ("a scale", { $0.columns[3].type = .numeric(10, 3) }),
    ("an enum label", { $0.columns[2].type = .enumeration("shop.mood", ["sad", "happy", "angry"]) }),
    ("the order of enum labels", { $0.columns[2].type = .enumeration("shop.mood", ["happy", "sad"]) }),
    ("the schema of a type", { $0.columns[2].type = .enumeration("public.mood", ["sad", "happy"]) }),
    ("a domain's check", { $0.columns[5].type = .domain("shop.d", over: .int4, isNotNull: true) }),
    ("a composite's attribute", { $0.columns[6].type = .composite("shop.place", [("x", .int4), ("z", .text)]) }),
    ("NOT NULL", { $0.columns[1].isNotNull = true }),
    ("a default", { $0.columns[1].defaultExpression = nil }),
    ("a generation expression", { $0.columns[3].generated?.expression = "1" }),
    ("stored and virtual", { $0.columns[3].generated?.kind = .virtual }),
    ("identity", { $0.columns[0].identity = .byDefault }),
    ("a collation", { $0.columns[4].collation = nil }),
    ("the primary key", { $0.primaryKey = ["email"] }),
    ("the replica identity", { $0.replicaIdentity = .full }),
    ("the columns of the replica identity", { $0.identityColumns = ["email"] }),
  ]

  @Test("sees", arguments: seen.indices)
  func sees(index: Int) {
    let (what, change) = Self.seen[index]
    #expect(SchemaFingerprint(of: Self.users.with(change)) != SchemaFingerprint(of: Self.users), "\(what)")
  }

  /// Names that a careless form would write alike.
  static let lookalikes: [(String, String)] = [
    ("\n", "\\n"), ("\"", "\\\""), ("\\", "\\\\"), ("\r", "\\r"), ("\r\n", "\n"), ("é", "e\u{301}"), ("a", "a "),
    ("a\" type \"b", "a"), ("a\\", "a"),
  ]

  @Test("names that look alike have different texts", arguments: lookalikes.indices)
  func tellsApart(index: Int) {
    let (first, second) = Self.lookalikes[index]
    let texts = [first, second].map { name in
      CanonicalSchema.text(of: Self.users.with { $0.columns[1].name = name })
    }
    #expect(NameKey(texts[0]) != NameKey(texts[1]))
    let defaults = [first, second].map { text in
      CanonicalSchema.text(of: Self.users.with { $0.columns[1].defaultExpression = text })
    }
    #expect(NameKey(defaults[0]) != NameKey(defaults[1]))
  }

  @Test("two different schemas never have the same text")
  func injective() {
    var texts: [NameKey: TableSchema] = [:]
    for seed in 0..<4000 {
      var generator = SchemaGenerator(seed: UInt64(seed))
      let table = generator.table()
      let text = CanonicalSchema.text(of: table)
      if let other = texts[NameKey(text)] { #expect(Essence(other) == Essence(table), "seed \(seed): \(text)") }
      texts[NameKey(text)] = table
      #expect(text.hasPrefix("pgsyncd schema 1\n"))
    }
    #expect(texts.count > 3000)
  }

  /// The contents of the canonical text as values: an independent account of what it must tell apart.
  private struct Essence: Equatable {
    var columns: [ColumnSchema]
    var primaryKey: [NameKey]
    var replicaIdentity: ReplicaIdentity
    var identity: Set<NameKey>

    init(_ table: TableSchema) {
      columns = table.columns
      primaryKey = table.primaryKey.map(NameKey.init)
      replicaIdentity = table.replicaIdentity
      identity = Set(table.identityColumns.map(NameKey.init))
    }
  }
}
