extension TypeFamily {
  /// The built-in types that are no containers.
  static let builtIn = [numbers, times, texts, structures, identifiers, objects]

  private static let numbers = TypeFamily(
    name: "numbers",
    samples: [
      TypeSample("bools", "bool", "t", "f"),
      TypeSample("smallints", "int2", "-32768", "32767", "0"),
      TypeSample("ints", "int4", "-2147483648", "2147483647"),
      TypeSample("bigints", "int8", "-9223372036854775808", "9223372036854775807"),
      TypeSample(
        "numerics", "numeric", "NaN", "Infinity", "-Infinity", "0.00", "1e-16383", "1e1000",
        "-123456789012345678901234567890.000000000000000000001"),
      TypeSample("scaled", "numeric(10,2)", "99999999.99", "-0.01", "NaN"),
      TypeSample("rounded", "numeric(3,-3)", "999000", "-1000"),
      TypeSample(
        "reals", "float4", "NaN", "Infinity", "-Infinity", "1e-45", "-0", "3.4028235e38", "0.1"),
      TypeSample(
        "doubles", "float8", "NaN", "Infinity", "-Infinity", "-0", "5e-324", "2.2250738585072011e-308",
        "1.7976931348623157e308", "0.30000000000000004"),
      TypeSample("amounts", "money", "92233720368547758.07", "-92233720368547758.08", "0.01"),
      TypeSample("bits", "bit(9)", "101010101", "000000000"),
      TypeSample("varbits", "varbit", "", "1", "0000000001111111111"),
    ])

  private static let times = TypeFamily(
    name: "times",
    samples: [
      TypeSample(
        "dates", "date", "4714-11-24 BC", "5874897-12-31", "infinity", "-infinity", "0001-01-01", "2024-02-29"),
      TypeSample("clocks", "time", "00:00:00", "24:00:00", "23:59:59.999999"),
      TypeSample("coarse", "time(0)", "12:34:56"),
      TypeSample("zoned", "timetz", "00:00:00+15:59:59", "24:00:00-15:59:59", "12:00:00.000001+05:45"),
      TypeSample(
        "moments", "timestamp", "4714-11-24 00:00:00 BC", "294276-12-31 23:59:59.999999", "infinity", "-infinity",
        "2024-02-29 12:00:00.000001"),
      TypeSample(
        "instants", "timestamptz", "4714-11-24 00:00:00+00 BC", "294276-12-31 23:59:59.999999+00", "infinity",
        "-infinity", "1883-11-18 12:03:57-04:56:02"),
      TypeSample(
        "spans", "interval", "178000000 years", "-178000000 years", "1 mon -1 day +00:00:00.000001",
        "2147483647 days", "-2147483648 days", "-1 year -2 mons +3 days -04:05:06.789", "0"),
      TypeSample("day_spans", "interval day to second(3)", "3 days 04:05:06.789"),
    ])

  private static let texts = TypeFamily(
    name: "texts",
    samples: [
      TypeSample(
        "texts", "text",
        expressions: [
          "''", "' '", #"'\N'"#, #"'\.'"#, #"E'\\.\n\\.'"#, #"E'a\tb\nc\rd\\e\r\n'"#, "'NULL'", "'null'",
          "'ünï → 😀 e\u{301}'",
          "(SELECT string_agg(chr(c), '' ORDER BY c) FROM generate_series(1, 300) c)", #"'\\n{}",'''"#,
        ]),
      TypeSample("padded", "char(5)", "", "ab", "  ab", "ünï"),
      TypeSample("varchars", "varchar(5)", "", "12345", "ab   ", "😀😀😀😀😀"),
      TypeSample("bytes_", "\"char\"", "", "a", "\\", "\t"),
      TypeSample("names_", "name", "x", "with \"quotes\"", "ünï"),
      TypeSample(
        "byteas", "bytea",
        expressions: [
          "''", #"'\x00'"#, #"'\x5c2e0a'"#,
          #"(SELECT string_agg(set_byte('\x00', 0, c), ''::bytea ORDER BY c) FROM generate_series(0, 255) c)"#,
        ]),
    ])

  private static let structures = TypeFamily(
    name: "structures",
    samples: [
      TypeSample("jsons", "json", isKey: false, #"{"a" : 1, "a":2,  "\u0041": "\\n"}"#, "null", "[1e400, -0, \"ü\"]"),
      TypeSample("jsonbs", "jsonb", #"{"a": {"b": [1.00, "\"\\"]}}"#, "null", "[]", "\"\"", "1e400"),
      TypeSample("paths_", "jsonpath", isKey: false, "$.\"a b\"[*] ? (@ > 1)", "strict $"),
      TypeSample("vectors", "tsvector", "", "'a b':1A,16383 '''q''':2", "'\\\\':1"),
      TypeSample("queries", "tsquery", "", "!a & (b | c) <3> d:*AB", "'it''s'"),
      TypeSample("points", "point", isKey: false, "(NaN,Infinity)", "(-0,5e-324)", "(1,2)"),
      TypeSample("lines", "line", isKey: false, "{1,-1,0.1}"),
      TypeSample("segments", "lseg", isKey: false, "[(0,0),(1e300,-1)]"),
      TypeSample("boxes", "box", isKey: false, "(2,2),(-1,-Infinity)"),
      TypeSample("routes", "path", isKey: false, "[(0,0),(1,1)]", "((0,0),(1,1),(2,0))"),
      TypeSample("areas", "polygon", isKey: false, "((0,0),(1,1),(2,0))"),
      TypeSample("circles", "circle", isKey: false, "<(1,2),0.1>"),
    ])

  private static let identifiers = TypeFamily(
    name: "identifiers",
    samples: [
      TypeSample("uuids", "uuid", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
      TypeSample("inets", "inet", "0.0.0.0/0", "255.255.255.255", "::1/128", "fe80::1/10"),
      TypeSample("cidrs", "cidr", "10.0.0.0/8", "::/0"),
      TypeSample("macs", "macaddr", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"),
      TypeSample("macs8", "macaddr8", "00:01:02:03:04:05:06:07"),
      TypeSample("oids", "oid", "0", "4294967295"),
      TypeSample("xids", "xid", isKey: false, "4294967295"),
      TypeSample("xids8", "xid8", "18446744073709551615"),
      TypeSample("tids", "tid", "(4294967295,65535)"),
      TypeSample("positions", "pg_lsn", "0/0", "FFFFFFFF/FFFFFFFF"),
      TypeSample("snapshots", "pg_snapshot", isKey: false, "10:20:10,14,15"),
      TypeSample("old_snapshots", "txid_snapshot", isKey: false, "10:20:"),
      TypeSample("cursors", "refcursor", isKey: false, "c 1"),
      TypeSample("oid_lists", "oidvector", "", "1 2 3"),
      TypeSample("int_lists", "int2vector", isKey: false, "1 2 3"),
    ])

  /// Types whose binary form holds identifiers that mean something else on the other side.
  private static let objects = TypeFamily(
    name: "objects",
    samples: [
      TypeSample(
        "xmls", "xml", isKey: false, "<a b='\"'>&lt;&#233;</a>", "text <b/> more", "<!DOCTYPE a><a/>", "",
        "<?xml version=\"1.1\"?><a/>"),
      TypeSample("classes", "regclass", "pg_catalog.pg_class", "public.numbers", "-"),
      TypeSample("types_", "regtype", "int4[]", "public.mood", "timestamptz"),
      TypeSample("functions_", "regprocedure", "pg_catalog.abs(int4)"),
      TypeSample("procs", "regproc", "pg_catalog.now"),
      TypeSample("operators_", "regoperator", "pg_catalog.+(int4,int4)"),
      TypeSample("schemas_", "regnamespace", "public"),
      TypeSample("roles_", "regrole", "postgres"),
      TypeSample("configurations", "regconfig", "pg_catalog.simple"),
      TypeSample("grants", "aclitem", isKey: false, "postgres=arwdDxt/postgres"),
      TypeSample("class_arrays", "regclass[]", "{public.numbers,pg_catalog.pg_class}"),
    ])
}
