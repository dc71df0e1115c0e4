import PostgresTypes

/// The types whose OIDs are the same in every cluster, so that a RELATION message alone says `numeric(10,2)`.
///
/// Taken from `pg_type.dat`; the internal types that no user's column has are left out.
enum BuiltinTypes {
  /// One row of the table.
  struct Entry {
    var name: String
    var oid: UInt32
    var arrayOID: UInt32
    var makeup: Makeup
  }

  /// What a built-in type is made of.
  enum Makeup {
    case base
    case range(subtype: UInt32)
    case multirange(range: UInt32)
  }

  /// The type of that OID, arrays included; nil if it is none of the table.
  static func type(_ oid: OID, modifier: Int32) -> TypeReference? {
    if let entry = byOID[oid.rawValue] { return reference(to: entry, modifier: modifier) }
    guard let element = byArrayOID[oid.rawValue] else { return nil }
    return TypeReference(
      oid: oid, name: QualifiedName(schema: "pg_catalog", name: "_" + element.name), modifier: modifier,
      sqlName: BuiltinTypeSpelling.formatted(element.name, modifier) + "[]",
      castName: BuiltinTypeSpelling.formatted(element.name, -1) + "[]",
      definition: .array(element: reference(to: element, modifier: -1)))
  }

  /// The type of that name in `pg_catalog` (`int4`, `_int4`); nil if it is none of the table.
  static func type(named name: String, modifier: Int32) -> TypeReference? {
    if let entry = byName[name] { return type(OID(rawValue: entry.oid), modifier: modifier) }
    guard name.hasPrefix("_"), let element = byName[String(name.dropFirst())] else { return nil }
    return type(OID(rawValue: element.arrayOID), modifier: modifier)
  }

  private static func reference(to entry: Entry, modifier: Int32) -> TypeReference {
    TypeReference(
      oid: OID(rawValue: entry.oid), name: QualifiedName(schema: "pg_catalog", name: entry.name), modifier: modifier,
      sqlName: BuiltinTypeSpelling.formatted(entry.name, modifier),
      castName: BuiltinTypeSpelling.formatted(entry.name, -1), definition: definition(of: entry))
  }

  private static func definition(of entry: Entry) -> TypeDefinition {
    switch entry.makeup {
    case .base: .base
    case .range(let subtype): byOID[subtype].map { .range(subtype: reference(to: $0, modifier: -1)) } ?? .unknown
    case .multirange(let range): byOID[range].map { .multirange(range: reference(to: $0, modifier: -1)) } ?? .unknown
    }
  }

  private static let byOID = Dictionary(uniqueKeysWithValues: entries.map { ($0.oid, $0) })
  private static let byArrayOID = Dictionary(uniqueKeysWithValues: entries.map { ($0.arrayOID, $0) })
  private static let byName = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0) })

  /// Every row: OID, name, OID of its array, and for ranges what they range over.
  static let entries: [Entry] = table.split(separator: "\n").map { line in
    let fields = line.split(separator: " ")
    guard fields.count >= 3, let oid = UInt32(fields[0]), let arrayOID = UInt32(fields[2]) else {
      preconditionFailure("The table of built-in types has a malformed row: \(line)")
    }
    return Entry(
      name: String(fields[1]), oid: oid, arrayOID: arrayOID, makeup: fields.count > 3 ? makeup(fields[3]) : .base)
  }

  private static func makeup(_ field: Substring) -> Makeup {
    let parts = field.split(separator: ":")
    guard parts.count == 2, let oid = UInt32(parts[1]) else {
      preconditionFailure("The table of built-in types has a malformed field: \(field)")
    }
    return parts[0] == "range" ? .range(subtype: oid) : .multirange(range: oid)
  }

  private static let table = """
    16 bool 1000
    17 bytea 1001
    18 char 1002
    19 name 1003
    20 int8 1016
    21 int2 1005
    22 int2vector 1006
    23 int4 1007
    24 regproc 1008
    25 text 1009
    26 oid 1028
    27 tid 1010
    28 xid 1011
    29 cid 1012
    30 oidvector 1013
    114 json 199
    142 xml 143
    600 point 1017
    601 lseg 1018
    602 path 1019
    603 box 1020
    604 polygon 1027
    628 line 629
    650 cidr 651
    700 float4 1021
    701 float8 1022
    718 circle 719
    774 macaddr8 775
    790 money 791
    829 macaddr 1040
    869 inet 1041
    1042 bpchar 1014
    1043 varchar 1015
    1082 date 1182
    1083 time 1183
    1114 timestamp 1115
    1184 timestamptz 1185
    1186 interval 1187
    1266 timetz 1270
    1560 bit 1561
    1562 varbit 1563
    1700 numeric 1231
    1790 refcursor 2201
    2202 regprocedure 2207
    2203 regoper 2208
    2204 regoperator 2209
    2205 regclass 2210
    2206 regtype 2211
    2950 uuid 2951
    2970 txid_snapshot 2949
    3220 pg_lsn 3221
    3614 tsvector 3643
    3615 tsquery 3645
    3734 regconfig 3735
    3769 regdictionary 3770
    3802 jsonb 3807
    3904 int4range 3905 range:23
    3906 numrange 3907 range:1700
    3908 tsrange 3909 range:1114
    3910 tstzrange 3911 range:1184
    3912 daterange 3913 range:1082
    3926 int8range 3927 range:20
    4072 jsonpath 4073
    4089 regnamespace 4090
    4096 regrole 4097
    4191 regcollation 4192
    4451 int4multirange 6150 multirange:3904
    4532 nummultirange 6151 multirange:3906
    4533 tsmultirange 6152 multirange:3908
    4534 tstzmultirange 6153 multirange:3910
    4535 datemultirange 6155 multirange:3912
    4536 int8multirange 6157 multirange:3926
    5038 pg_snapshot 5039
    5069 xid8 271
    """
}
