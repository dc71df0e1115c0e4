/// The types of the lattice's matrix, and values to try: boundaries of every type, texts that are nearly such, and
/// generated ones. Each type takes from the pool whatever its input accepts.
enum LatticeTypes {
  /// What has to exist before the types can be named.
  static let definitions = """
    CREATE TYPE public.mood AS ENUM ('sad', 'ok');
    CREATE TYPE public.wide_mood AS ENUM ('sad', 'meh', 'ok');
    CREATE DOMAIN public.price AS numeric(10,2) CHECK (VALUE > -1e9);
    CREATE DOMAIN public.code AS varchar(5);
    CREATE TYPE public.small_pair AS (a integer, b varchar(5));
    CREATE TYPE public.large_pair AS (a bigint, b text);
    CREATE TYPE public.timed_pair AS (a integer, b timestamp);
    CREATE TYPE public.zoned_pair AS (a integer, b timestamptz);
    """

  /// As they are declared.
  static let all = [
    "smallint", "integer", "bigint", "numeric", "numeric(10,2)", "numeric(12,4)", "numeric(5,0)", "numeric(19,0)",
    "numeric(4,-2)", "real", "double precision", "boolean", "money", "text", "varchar", "varchar(5)", "varchar(20)",
    "char(5)", "char(10)", "name", "\"char\"", "bytea", "bit(3)", "varbit(5)", "varbit", "date", "time", "time(0)",
    "timetz", "timestamp", "timestamp(0)", "timestamptz", "timestamptz(3)", "interval", "interval year to month",
    "interval day to second(3)", "uuid", "json", "jsonb", "xml", "inet", "cidr", "macaddr", "macaddr8", "int4range",
    "int8range", "numrange", "tsrange", "tstzrange", "int4multirange", "int8multirange", "integer[]", "bigint[]",
    "numeric(10,2)[]", "text[]", "varchar(5)[]",
    "timestamp[]", "timestamptz[]", "public.mood", "public.wide_mood", "public.mood[]", "public.wide_mood[]",
    "public.price", "public.code",
    "public.small_pair", "public.large_pair", "public.timed_pair", "public.zoned_pair",
  ]

  /// Texts that some of the types read.
  static let values = [
    // Numbers.
    "0", "1", "-1", "2", "10", "12", "42", "100", "127", "255", "9999", "10000", "32767", "32768", "-32768", "-32769",
    "99999", "100000", "2147483647", "2147483648", "-2147483648", "-2147483649",
    "16777216", "16777217", "33554433", "9007199254740992", "9007199254740993", "999999999999999",
    "9223372036854775807", "-9223372036854775808",
    "9223372036854775808", "9999999999999999999", "-9999999999999999999", "99999999999999999999",
    "123456789012345678901234567890", "0.1", "0.5", "1.5", "2.5", "-0.01", "19.99", "1.10",
    "0.1234", "0.12345", "99999999.99", "-99999999.99", "99999999.9999", "100000000", "999900", "-1200", "1e30",
    "-1e-30", "1e-300", "1e300", "3.4028235e38", "1e-45", "5e-324",
    "1.7976931348623157e308", "0.30000000000000004", "0.1234567890123", "0.1234567891", "0.12345678901234567890",
    "1e20", "123456.7", "NaN", "Infinity", "-Infinity", "-0", "0.00", "1.000000", "-92233720368547758.08",
    "92233720368547758.07", "$1,234.50", "$0.00", "-$19.99", "1234.567",
    // Truth values, text.
    "t", "f", "true", "", " ", "a", "ab", "ab   ", "  ab", "abc", "abcde", "abcdef", "ünï", "ünïçø", "😀😀😀😀😀", "😀😀😀😀😀😀",
    "ab\\c", "tab\there", "line\nbreak", "O'Reilly", "\"quoted\"", "{}", "{a,b}",
    "{NULL}", "NULL", "null", "twenty letters, about", "exactly20characters!", "Abc", "\\", "'abc'", "b a", "<a/>",
    "<a>b</a>", "<a",
    String(repeating: "a", count: 63), String(repeating: "a", count: 64), String(repeating: "ü", count: 32),
    String(repeating: "x", count: 300),
    // Bytes and bits.
    "\\x", "\\x00", "\\xdeadbeef", "\\x61", "101", "110", "000", "111", "11111", "10101",
    "1111111111111111111111111111111111", "1010", "100000",
    // Times.
    "2024-02-29", "2026-02-04", "1970-01-01", "0001-01-01", "0001-12-31 BC", "4714-11-24 BC", "4713-01-01 BC",
    "294276-12-31", "294277-01-01", "5874897-12-31", "infinity", "-infinity", "9999-12-31",
    "00:00:00", "24:00:00", "23:59:59.999999", "20:15:00", "20:15:00.6", "20:15:00.666", "12:00:00.5", "20:15:00+02",
    "20:15:00+00", "24:00:00-15:59:59", "00:00:00+15:59:59", "12:00:00.000001+05:45",
    "2026-02-04 20:15:00", "2026-02-04 20:15:00.6", "2026-02-04 20:15:00.123", "2026-02-04 20:15:00.123456",
    "2024-02-29 00:00:00", "2026-03-29 02:30:00", "2026-10-25 02:30:00", "294276-12-31 23:59:59.999999",
    "4714-11-24 00:00:00 BC", "4713-01-01 00:00:00.000001 BC", "1883-11-18 12:03:57",
    "2026-02-04 20:15:00+02", "2026-02-04 20:15:00+00", "2026-02-04 20:15:00.666666+00", "1883-11-18 12:03:57-04:56:02",
    "1 mon", "1 day", "01:00:00", "00:01:00", "00:00:01", "00:00:00.5", "2 days 03:00:00", "1 year 2 mons",
    "-1 year -2 mons +3 days -04:05:06.789", "178000000 years", "2147483647 days", "00:00:00.123456",
    "3 days 04:05:06.789", "-2147483648 days", "13 mons",
    // Structures and addresses.
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "123e4567-e89b-12d3-a456-426614174000",
    #"{"a": 1, "a": 2}"#, #"{"a": 2}"#, #"{"b":1,"a":[1,2,{"c":null}]}"#, #"{"a":1}"#, "[]", "[1, 2]", #""text""#,
    "1.10e1", "10.0.0.1", "10.0.0.1/8", "10.0.0.0/8", "::1", "2001:db8::/32", "2001:db8::1/32", "0.0.0.0/0",
    "255.255.255.255",
    "08:00:2b:01:02:03", "08:00:2b:ff:fe:01:02:03", "08:00:2b:01:02:03:04:05", "ff:ff:ff:ff:ff:ff",
    // Ranges and arrays.
    "empty", "[1,2)", "[1,5]", "(,)", "[-2147483648,2147483647)", "[9223372036854775806,9223372036854775807)",
    "[2147483648,2147483649)", "[1.5,2.5)", "[1,2]", "(1.0,)",
    "[\"2026-02-04 20:15:00\",\"2026-02-05 20:15:00\")", "[2026-02-04 20:15:00+02,)", "(,2026-03-29 02:30:00]",
    "{[1,3),[7,9)}", "{[1,2147483648)}",
    "{1,2,3}", "{1,NULL}", "{{1,2},{3,4}}", "[0:1]={7,8}", "{2147483648}", "{9223372036854775807}", "{1.50,2.25}",
    "{19.99}", "{abcdef}", "{\"a b\",\"\"}", "{\"2026-02-04 20:15:00\",NULL}", "{\"2026-02-04 20:15:00+02\"}",
    "{\"2026-03-29 02:30:00\"}",
    "-178956969 years -11 mons -2147483647 days -2562047787:59:59.123456",
    "[\"4713-01-01 00:00:00.000001 BC\",\"4712-01-01 00:00:00.000001 BC\")",
    "[1.0000000000000000000000000000000000000000000001,2.0000000000000000000000000000000000000000000001)",
    "{[1,3),[10000001,10000003),[20000001,20000003),[30000001,30000003),[40000001,40000003)}",
    "{11111111,11111111,11111111,11111111,11111111,11111111,11111111,11111111}",
    "{\"2026-02-04 20:15:00\",\"2026-02-04 20:15:00\",\"2026-02-04 20:15:00\",\"2026-02-04 20:15:00\"}",
    "{abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde,abcde}",
    "{sad,ok,sad,ok,sad,ok,sad,ok,sad,ok,sad,ok,sad,ok,sad,ok,sad,ok,sad,ok,sad,ok}",
    "[\"a text in a document that is longer than any name of an object may ever be\"]",
    "(-2147483648,\"\"\"\"\"\"\"\"\"\"\"\")",
    "(1,\"a text in a pair that is longer than any name of an object may ever be\")",
    String(repeating: "😀", count: 20), String(repeating: "10", count: 40),
    // User-defined.
    "sad", "ok", "meh", "{sad,ok}", "{meh}", "(1,ab)", "(,)", "(2147483648,ab)", "(1,abcdef)",
    "(-5,\"with \"\"quotes\"\"\")", "(7,\"\")", "(1,\"2026-02-04 20:15:00\")", "(1,\"2026-02-04 20:15:00+02\")",
  ]

  /// Generated ones, the same in every run.
  static let generated = """
    SELECT v FROM (SELECT setseed(0.20260204)) s, LATERAL (
      SELECT ((random() - 0.5) * 10 ^ (g % 12))::numeric(20,4)::text FROM generate_series(1, 40) g
      UNION ALL SELECT round((random() - 0.5) * 10 ^ (g % 20))::text FROM generate_series(1, 40) g
      UNION ALL SELECT ((random() - 0.5) * 10 ^ (g % 60 - 30))::float8::text FROM generate_series(1, 40) g
      UNION ALL SELECT ((random() - 0.5) * 10 ^ (g % 60 - 30))::float4::text FROM generate_series(1, 40) g
      UNION ALL SELECT (timestamp '1900-01-01' + random() * interval '300 years')::text FROM generate_series(1, 20) g
      UNION ALL SELECT (timestamptz '1900-01-01' + random() * interval '300 years')::timestamptz(3)::text
        FROM generate_series(1, 20) g
      UNION ALL SELECT (date '0900-01-01' + (random() * 900000)::integer)::text FROM generate_series(1, 20) g
      UNION ALL SELECT (random() * interval '1 day')::time::text FROM generate_series(1, 20) g
      UNION ALL SELECT (random() * interval '20 years')::text FROM generate_series(1, 20) g
      UNION ALL SELECT left(md5(random()::text), (g % 32)) FROM generate_series(1, 30) g
      UNION ALL SELECT ((random() * 256)::integer % 256)::bit(8)::text FROM generate_series(1, 10) g
      UNION ALL SELECT format('{%s,%s}', (random() * 10 ^ (g % 12))::bigint, g) FROM generate_series(1, 10) g
    ) AS generated (v)
    """
}
