import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("Built-in types from the wire")
struct BuiltinTypeTests {
  /// OID, modifier, what `format_type` prints on a server, and what people write.
  static let spellings: [(UInt32, Int32, String, String)] = [
    (16, -1, "boolean", "boolean"), (20, -1, "bigint", "bigint"), (23, -1, "integer", "integer"),
    (25, -1, "text", "text"), (18, -1, "\"char\"", "\"char\""), (19, -1, "name", "name"),
    (701, -1, "double precision", "double precision"), (1043, -1, "character varying", "varchar"),
    (1043, 24, "character varying(20)", "varchar(20)"), (1042, 14, "character(10)", "char(10)"),
    (1042, -1, "bpchar", "bpchar"), (1700, -1, "numeric", "numeric"), (1700, 655_366, "numeric(10,2)", "numeric(10,2)"),
    (1700, 198_658, "numeric(3,-2)", "numeric(3,-2)"), (1560, 3, "bit(3)", "bit(3)"), (1560, -1, "\"bit\"", "\"bit\""),
    (1562, 5, "bit varying(5)", "varbit(5)"), (1562, -1, "bit varying", "varbit"),
    (1114, -1, "timestamp without time zone", "timestamp"),
    (1114, 3, "timestamp(3) without time zone", "timestamp(3)"),
    (1184, -1, "timestamp with time zone", "timestamptz"), (1184, 0, "timestamp(0) with time zone", "timestamptz(0)"),
    (1083, 3, "time(3) without time zone", "time(3)"), (1266, -1, "time with time zone", "timetz"),
    (1186, -1, "interval", "interval"), (1186, 458_751, "interval year to month", "interval year to month"),
    (1186, 470_286_339, "interval day to second(3)", "interval day to second(3)"),
    (1186, 2_147_418_112, "interval(0)", "interval(0)"), (1007, -1, "integer[]", "integer[]"),
    (1015, 9, "character varying(5)[]", "varchar(5)[]"), (1231, 655_366, "numeric(10,2)[]", "numeric(10,2)[]"),
    (3904, -1, "int4range", "int4range"), (4451, -1, "int4multirange", "int4multirange"),
    (3807, -1, "jsonb[]", "jsonb[]"),
  ]

  @Test("are spelled as the server spells them, and as people do", arguments: spellings.indices)
  func spelling(index: Int) throws {
    let (oid, modifier, long, short) = Self.spellings[index]
    let type = try #require(TypeReference.builtin(OID(rawValue: oid), modifier: modifier))
    #expect(type.sqlName == long)
    #expect(type.shortSQL == short)
  }

  @Test("a type without its modifier")
  func shortNames() {
    #expect(TypeReference.varchar(20).shortName == "varchar")
    #expect(TypeReference.char(3).shortName == "char")
    #expect(TypeReference.array(of: .numeric(10, 2)).shortName == "numeric[]")
    #expect(TypeReference.varchar(20).castName == "character varying")
    #expect(TypeReference.enumeration("shop.Mood", []).shortName == "shop.\"Mood\"")
  }

  @Test("every row of the table is found by OID, by name and as an array")
  func table() {
    for entry in BuiltinTypes.entries {
      let type = BuiltinTypes.type(named: entry.name, modifier: -1)
      #expect(type?.oid.rawValue == entry.oid)
      #expect(BuiltinTypes.type(OID(rawValue: entry.oid), modifier: -1) == type)
      let array = BuiltinTypes.type(OID(rawValue: entry.arrayOID), modifier: -1)
      #expect(array?.definition == type.map { .array(element: $0) })
      #expect(OID(rawValue: entry.oid).isSameEverywhere)
    }
    #expect(TypeReference.builtin(OID(rawValue: 16_400)) == nil)
    #expect(TypeReference.builtin(.invalid) == nil)
  }
}
