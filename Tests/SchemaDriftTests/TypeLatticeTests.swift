import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("The type lattice")
struct TypeLatticeTests {
  /// Every pair of these types, row → column: `=` identical, `>` lossless, `t` lossless under the declared time zone,
  /// `?` lossless but only on request, `~` lossy, `x` impossible. Each `>`, `t` and `?` was seen to survive the round
  /// trip, and each `~` to have a value that does not, on servers 15 and 18.
  static let matrix = """
    smallint          =>>>>>>>>>xx??~?~??xxxxxxxxxxxxxxxxxxxxx
    integer           ~=>>~~~>~>~~??~?~~?xxxxxxxxxxxxxxxxxxxxx
    bigint            ~~=>~~~>~~x~??~?~~?xxxxxxxxxxxxxxxxxxxxx
    numeric           ~~~=~~~~~~x~??~~~~~xxxxxxxxxxxxxxxxxxxxx
    numeric(10,2)     ~~~>=>~~~?x~??~?~~?xxxxxxxxxxxxxxxxxxxxx
    numeric(12,4)     ~~~>~=~~~?x~??~?~~?xxxxxxxxxxxxxxxxxxxxx
    numeric(5,0)      ~~~>>>=>??x~??~?~??xxxxxxxxxxxxxxxxxxxxx
    numeric(19,0)     ~~~>~~~=~~x~??~?~~?xxxxxxxxxxxxxxxxxxxxx
    real              ~~~~~~~~=>xx??~?~~?xxxxxxxxxxxxxxxxxxxxx
    double precision  ~~~~~~~~~=xx??~~~~?xxxxxxxxxxxxxxxxxxxxx
    boolean           x~xxxxxxxx=x???????xxxxxxxxxxxxxxxxxxxxx
    money             xxx~~~~~xxx=??~~~~?xxxxxxxxxxxxxxxxxxxxx
    text              ~~~~~~~~~~~~=>~~~~~~~~~~~~~~~~~~~~~~~~~~
    varchar           ~~~~~~~~~~~~>=~~~~~~~~~~~~~~~~~~~~~~~~~~
    varchar(5)        ~~~~~~~~~~~~>>=>~~?~~~~~~~~~~~~~~~~~~~~~
    varchar(20)       ~~~~~~~~~~~~>>~=~~~~~~~~~~~~~~~~~~~~~~~~
    char(5)           ~~~~~~~~~~~~>>>>=>?~~~~~~~~~~~~~~~~~~~~~
    char(10)          ~~~~~~~~~~~~>>~>~=?~~~~~~~~~~~~~~~~~~~~~
    name              ~~~~~~~~~~~~>>~~~~=~~~~~~~~~~~~~~~~~~~~~
    bytea             xxxxxxxxxxxx??~~~~~=xxxxxxxxxxxxxxxxxxxx
    bit(3)            xxxxxxxxxxxx????~~?x=>>xxxxxxxxxxxxxxxxx
    varbit(5)         xxxxxxxxxxxx????~~?x~=>xxxxxxxxxxxxxxxxx
    varbit            xxxxxxxxxxxx??~~~~~x~~=xxxxxxxxxxxxxxxxx
    date              xxxxxxxxxxxx??~?~~?xxxx=xx>>txxxxxxxxxxx
    time              xxxxxxxxxxxx??~?~~?xxxxx=?xxx?xxxxxxxxxx
    timetz            xxxxxxxxxxxx??~~~~?xxxxx~=xxxxxxxxxxxxxx
    timestamp         xxxxxxxxxxxx??~~~~?xxxx~~x=~txxxxxxxxxxx
    timestamp(0)      xxxxxxxxxxxx??~~~~?xxxx~~x>=txxxxxxxxxxx
    timestamptz       xxxxxxxxxxxx??~~~~?xxxx~~~~~=xxxxxxxxxxx
    interval          xxxxxxxxxxxx??~~~~~xxxxx~xxxx=xxxxxxxxxx
    uuid              xxxxxxxxxxxx??~~~~?xxxxxxxxxxx=xxxxxxxxx
    json              xxxxxxxxxxxx??~~~~~xxxxxxxxxxxx=~xxxxxxx
    jsonb             xxxxxxxxxxxx??~~~~~xxxxxxxxxxxx>=xxxxxxx
    inet              xxxxxxxxxxxx??~~~~?xxxxxxxxxxxxxx=~xxxxx
    cidr              xxxxxxxxxxxx??~~~~?xxxxxxxxxxxxxx>=xxxxx
    int4range         xxxxxxxxxxxx??~~~~?xxxxxxxxxxxxxxxx=>xxx
    numrange          xxxxxxxxxxxx??~~~~~xxxxxxxxxxxxxxxx~=xxx
    tstzrange         xxxxxxxxxxxx??~~~~~xxxxxxxxxxxxxxxxxx=xx
    integer[]         xxxxxxxxxxxx??~~~~~xxxxxxxxxxxxxxxxxxx=>
    bigint[]          xxxxxxxxxxxx??~~~~~xxxxxxxxxxxxxxxxxxx~=
    """

  static let types: [TypeReference] = [
    .int2, .int4, .int8, .numeric, .numeric(10, 2), .numeric(12, 4), .numeric(5, 0), .numeric(19, 0), .float4, .float8,
    .bool, .money, .text, .named("varchar"), .varchar(5), .varchar(20), .char(5), .char(10), .named("name"),
    .named("bytea"), .named("bit", 3), .named("varbit", 5), .named("varbit"), .date, .named("time"), .named("timetz"),
    .timestamp, .named("timestamp", 0), .timestamptz, .named("interval"), .uuid, .named("json"), .jsonb, .named("inet"),
    .named("cidr"), .named("int4range"), .named("numrange"), .named("tstzrange"), .array(of: .int4), .array(of: .int8),
  ]

  private func symbol(_ conversion: TypeConversion) -> Character {
    switch conversion {
    case .identical: "="
    case .widening: ">"
    case .conditional(.declaredTimeZone): "t"
    case .conditional(.explicitRequest): "?"
    case .lossy: "~"
    case .impossible: "x"
    }
  }

  @Test("decides every pair of types as the matrix says")
  func wholeMatrix() {
    let rows = Self.types.map { source in
      let name = source.shortSQL + String(repeating: " ", count: 18 - source.shortSQL.count)
      return name + String(Self.types.map { symbol(.between(source, $0)) })
    }
    let printed = rows.joined(separator: "\n")
    print(printed)
    #expect(printed == Self.matrix)
  }

  struct Case: Sendable, CustomStringConvertible {
    var source: TypeReference
    var target: TypeReference
    var expected: TypeConversion
    var description: String { "\(source.shortSQL) → \(target.shortSQL)" }

    init(_ source: TypeReference, _ target: TypeReference, _ expected: TypeConversion) {
      self.source = source
      self.target = target
      self.expected = expected
    }
  }

  static let mood = TypeReference.enumeration("shop.mood", ["sad", "happy"])

  static let cases: [Case] = [
    // Contract, section 4: lossless.
    Case(.int2, .int4, .widening), Case(.int4, .int8, .widening), Case(.int2, .numeric(5, 0), .widening),
    Case(.int4, .numeric(10, 0), .widening), Case(.int4, .numeric(12, 2), .widening),
    Case(.int8, .numeric(19, 0), .widening), Case(.int8, .numeric(21, 2), .widening), Case(.int8, .numeric, .widening),
    Case(.varchar(20), .varchar(20), .identical), Case(.varchar(20), .varchar(21), .widening),
    Case(.varchar(20), .text, .widening), Case(.char(5), .varchar(5), .widening), Case(.char(5), .text, .widening),
    Case(.numeric(10, 2), .numeric(12, 4), .widening), Case(.numeric(10, 2), .numeric(11, 2), .widening),
    Case(.numeric(10, 2), .numeric, .widening), Case(.float4, .float8, .widening), Case(.date, .timestamp, .widening),
    Case(.timestamp, .timestamptz, .conditional(.declaredTimeZone("UTC"))),
    Case(.named("bit", 3), .named("varbit", 3), .widening),
    Case(.named("varbit", 3), .named("varbit", 5), .widening),
    // Contract, section 11: settled.
    Case(
      .named("time"), .named("timetz"),
      .conditional(.explicitRequest(why: "Times of day get the offset that the session has at that moment."))),
    Case(.bool, .int4, .lossy(why: "turn truth values into numbers", witness: "t → 1")),
    Case(
      .money, .numeric, .lossy(why: "depend on the servers' lc_monetary", witness: "$1,234.50 → 1234.50")),
    Case(.varchar(3), .char(5), .lossy(why: "pad with blanks", witness: "'ab' → 'ab   '")),
    Case(.varchar(1), .char(1), .lossy(why: "pad with blanks", witness: "'' → ' '")),
    // Witnesses.
    Case(.numeric(10, 2), .int4, .lossy(why: "lose precision", witness: "19.99 → 20")),
    Case(.numeric(10, 2), .numeric(10, 0), .lossy(why: "lose precision", witness: "19.99 → 20")),
    Case(.numeric(10, 3), .numeric(10, 1), .lossy(why: "lose precision", witness: "19.999 → 20.0")),
    Case(.numeric(4, 3), .numeric(4, 2), .lossy(why: "lose precision", witness: "1.999 → 2.00")),
    Case(.numeric(2, 2), .int4, .lossy(why: "lose precision", witness: "0.99 → 1")),
    Case(.numeric(10, 2), .numeric(3, 1), .lossy(why: "lose precision", witness: "19.99 → 20.0")),
    Case(.numeric(10, 2), .numeric(2, 1), .lossy(why: "lose precision", witness: "19.99 → refused")),
    Case(.numeric(10, 2), .numeric(10, 4), .lossy(why: "overflow", witness: "99999999.99 → refused")),
    Case(.numeric(12, 0), .numeric(5, -2), .lossy(why: "lose precision", witness: "1 → 0")),
    Case(.numeric, .numeric(10, 2), .lossy(why: "lose precision", witness: "19.999 → 20.00")),
    Case(.numeric(10, 0), .int4, .lossy(why: "overflow", witness: "9999999999 → refused")),
    Case(.numeric(9, 0), .int4, .lossy(why: "refuse not-a-number", witness: "NaN → refused")),
    Case(.int8, .int4, .lossy(why: "overflow", witness: "2147483648 → refused")),
    Case(.int4, .int2, .lossy(why: "overflow", witness: "32768 → refused")),
    Case(.int4, .numeric(9, 0), .lossy(why: "overflow", witness: "1000000000 → refused")),
    Case(.int8, .float8, .lossy(why: "lose precision", witness: "9007199254740993 → 9.007199254740992e+15")),
    Case(.varchar(20), .varchar(5), .lossy(why: "cut text", witness: "'abcdef' → 'abcde'")),
    Case(.text, .varchar(255), .lossy(why: "cut text", witness: "256 letters → the first 255")),
    Case(
      .timestamp, .date, .lossy(why: "drop the time of day", witness: "2026-02-04 20:15:00 → 2026-02-04")),
    Case(
      .timestamptz, .timestamp,
      .lossy(why: "drop the time zone", witness: "2026-02-04 20:15:00+02 → 2026-02-04 18:15:00")),
    Case(
      .timestamp, .named("timestamp", 0),
      .lossy(why: "round fractions of a second", witness: "2026-02-04 20:15:00.6 → 2026-02-04 20:15:01")),
    Case(
      .timestamp, .named("timestamptz", 3),
      .lossy(why: "round fractions of a second", witness: "2026-02-04 20:15:00.6666 → 2026-02-04 20:15:00.667+00")),
    Case(.named("timestamp", 3), .timestamp, .widening),
    Case(
      .named("interval"), .named("interval", 0x0006 << 16 | 0xFFFF),
      .lossy(why: "drop fields of the interval", witness: "1 day → 00:00:00")),
    Case(.named("interval", 0x0006 << 16 | 0xFFFF), .named("interval"), .widening),
    // Anything → text only when asked.
    Case(.int4, .text, .conditional(.explicitRequest(why: "Values of integer become plain text."))),
    Case(mood, .text, .conditional(.explicitRequest(why: "Values of shop.mood become plain text."))),
    Case(.uuid, .varchar(36), .conditional(.explicitRequest(why: "Values of uuid become plain text."))),
    Case(.uuid, .varchar(35), .lossy(why: "cut or refuse long values", witness: "text of 36 characters → refused")),
    Case(.text, .int4, .lossy(why: "refuse text that is not integer", witness: "'abc' → refused")),
    Case(.uuid, .int4, .impossible(why: "Values of uuid are not values of integer.")),
    // Enums: every label of the source, in any order.
    Case(mood, .enumeration("shop.mood", ["happy", "sad"], oid: 99_000), .identical),
    Case(mood, .enumeration("shop.mood", ["angry", "happy", "sad"]), .identical),
    Case(mood, .enumeration("public.humour", ["happy", "sad"]), .widening),
    Case(mood, .enumeration("shop.mood", ["happy"]), .lossy(why: "refuse a label", witness: "'sad' → refused")),
    // Domains by base type.
    Case(.domain("shop.price", over: .numeric(10, 2)), .numeric(10, 2), .widening),
    Case(.numeric(10, 2), .domain("shop.price", over: .numeric(10, 2)), .widening),
    Case(
      .domain("shop.price", over: .numeric(10, 2)), .domain("shop.price", over: .numeric(10, 2), isNotNull: true),
      .identical),
    Case(.domain("shop.price", over: .numeric(10, 2)), .domain("shop.price", over: .numeric(12, 2)), .widening),
    Case(
      .domain("shop.price", over: .numeric(10, 2)), .int4, .lossy(why: "lose precision", witness: "19.99 → 20")),
    // Arrays by element.
    Case(.array(of: .varchar(5)), .array(of: .varchar(20)), .widening),
    Case(.array(of: .numeric(10, 2)), .array(of: .int4), .lossy(why: "lose precision", witness: "19.99 → 20")),
    Case(.array(of: mood), .array(of: .enumeration("shop.mood", ["sad", "happy", "x"])), .identical),
    Case(.array(of: .int4), .int4, .impossible(why: "Values of integer[] are not values of integer.")),
    // Composites member by member.
    Case(.composite("p", [("x", .int4)]), .composite("p", [("x", .int4)]), .identical),
    Case(.composite("p", [("x", .int4)]), .composite("q", [("x", .int4)]), .widening),
    Case(.composite("p", [("x", .int4)]), .composite("p", [("x", .int8)]), .widening),
    Case(
      .composite("p", [("x", .numeric(10, 2)), ("y", .int4)]), .composite("p", [("x", .int4), ("y", .int8)]),
      .lossy(why: "lose precision", witness: "19.99 → 20")),
    Case(
      .composite("p", [("x", .int4), ("y", .int4)]), .composite("p", [("y", .int4), ("x", .int4)]),
      .lossy(why: "mix up attributes: their names or their order differ", witness: nil)),
    Case(
      .composite("p", [("x", .int4), ("y", .int4)]), .composite("p", [("x", .int4)]),
      .lossy(why: "refuse every value: the source's type has 2 attributes, the target's 1", witness: nil)),
    // Ranges by subtype.
    Case(.named("int4range"), .named("int8range"), .widening),
    Case(.named("daterange"), .named("tsrange"), .widening),
    Case(.named("int4multirange"), .named("int8multirange"), .widening),
    Case(.named("tsrange"), .named("tstzrange"), .conditional(.declaredTimeZone("UTC"))),
    // User-defined types go by name, never by OID.
    Case(
      .userDefined("public.citext", .base, oid: 16_400), .userDefined("public.citext", .base, oid: 17_000), .identical),
    Case(.userDefined("public.citext", .base), .userDefined("ext.citext", .base), .widening),
    Case(
      .userDefined("public.citext", .base), .userDefined("public.hstore", .base),
      .impossible(why: "Values of public.citext are not values of public.hstore.")),
    Case(.announced(oid: OID(rawValue: 16_400), namespace: "shop", name: "mood"), mood, .identical),
    Case(.announced(oid: OID(rawValue: 16_400), namespace: "shop", name: "_mood"), .array(of: mood), .identical),
    // A domain is announced by the name of its base type.
    Case(
      .announced(oid: OID(rawValue: 16_402), namespace: "", name: "numeric"), .domain("shop.price", over: .numeric),
      .widening),
    Case(.announced(oid: OID(rawValue: 16_402), namespace: "", name: "text"), .text, .identical),
  ]

  @Test("decides", arguments: cases)
  func decides(_ row: Case) { #expect(TypeConversion.between(row.source, row.target) == row.expected) }

  @Test("reads times in the declared zone, but not inside arrays and ranges, where no zone can be named")
  func timeZone() {
    let zone = "Europe/Berlin"
    #expect(TypeConversion.between(.timestamp, .timestamptz, timezone: zone) == .conditional(.declaredTimeZone(zone)))
    #expect(!TypeConversion.between(.array(of: .timestamp), .array(of: .timestamptz), timezone: zone).isLossless)
    #expect(!TypeConversion.between(.named("tsrange"), .named("tstzrange"), timezone: zone).isLossless)
    #expect(TypeConversion.between(.array(of: .timestamp), .array(of: .timestamptz), timezone: "UTC").isLossless)
  }

  @Test("a chain of lossless conversions is lossless")
  func transitive() {
    for first in Self.types {
      for second in Self.types where TypeConversion.between(first, second).isLossless {
        for third in Self.types where TypeConversion.between(second, third).isLossless {
          let direct = TypeConversion.between(first, third)
          #expect(direct.isLossless, "\(first.shortSQL) → \(second.shortSQL) → \(third.shortSQL): \(direct)")
        }
      }
    }
  }

  @Test("both directions are lossless only where the two types hold the same values")
  func antisymmetric() {
    let same: Set = ["text varchar", "varchar text"]
    for first in Self.types {
      for second in Self.types where first != second && TypeConversion.between(first, second).isLossless {
        guard !same.contains("\(first.shortSQL) \(second.shortSQL)") else { continue }
        #expect(!TypeConversion.between(second, first).isLossless, "\(first.shortSQL) ↔ \(second.shortSQL)")
      }
    }
  }
}
