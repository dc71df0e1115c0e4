/// How the types of `pg_catalog` and their modifiers are written.
enum BuiltinTypeSpelling {
  /// As `format_type` writes it: `character varying(20)`, `timestamp(3) without time zone`.
  static func formatted(_ name: String, _ modifier: Int32) -> String {
    if name == "bpchar", modifier == -1 { return "bpchar" }
    if name == "bit", modifier == -1 { return "\"bit\"" }
    return spelled(name, modifier, longNames[name])
  }

  /// As people write it: `varchar(20)`, `timestamptz(3)`, `char(10)`.
  static func short(_ name: String, _ modifier: Int32) -> String {
    if name == "bpchar", modifier == -1 { return "bpchar" }
    if name == "bit", modifier == -1 { return "\"bit\"" }
    return spelled(name, modifier, shortNames[name])
  }

  /// The short spelling of a type whatever its modifier: `varchar`, `numeric`, `char`.
  static func bare(_ name: String) -> String { shortNames[name]?.before ?? name }

  /// A name around the place where the modifier stands.
  private struct Spelling {
    var before: String
    var after = ""
  }

  private static func spelled(_ name: String, _ modifier: Int32, _ spelling: Spelling?) -> String {
    let spelling = spelling ?? Spelling(before: name)
    return spelling.before + TypeModifier.suffix(of: name, modifier) + spelling.after
  }

  private static let commonNames: [String: Spelling] = [
    "bool": Spelling(before: "boolean"), "int2": Spelling(before: "smallint"), "int4": Spelling(before: "integer"),
    "int8": Spelling(before: "bigint"), "float4": Spelling(before: "real"),
    "float8": Spelling(before: "double precision"), "char": Spelling(before: "\"char\""),
  ]

  private static let longNames = commonNames.merging(
    [
      "varchar": Spelling(before: "character varying"), "bpchar": Spelling(before: "character"),
      "varbit": Spelling(before: "bit varying"),
      "timestamp": Spelling(before: "timestamp", after: " without time zone"),
      "timestamptz": Spelling(before: "timestamp", after: " with time zone"),
      "time": Spelling(before: "time", after: " without time zone"),
      "timetz": Spelling(before: "time", after: " with time zone"),
    ], uniquingKeysWith: { first, _ in first })

  private static let shortNames = commonNames.merging(
    ["bpchar": Spelling(before: "char")], uniquingKeysWith: { first, _ in first })
}
