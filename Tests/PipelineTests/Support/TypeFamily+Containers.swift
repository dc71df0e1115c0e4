extension TypeFamily {
  /// What has to exist on both sides before the tables of ``containers``.
  static let definitions = """
    CREATE EXTENSION citext; CREATE EXTENSION hstore;
    CREATE TYPE mood AS ENUM ('sad', 'it''s "ok"', 'a,b', '{x}', 'null', '', ' ünï ', '\\');
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE DOMAIN price AS numeric(10,2) NOT NULL;
    CREATE DOMAIN feeling AS mood;
    CREATE DOMAIN tags AS text[] CHECK (array_length(VALUE, 1) < 9);
    CREATE DOMAIN small_price AS price CHECK (VALUE < 100);
    CREATE TYPE size AS (width numeric, "Unit ""u"" in" text);
    CREATE TYPE parcel AS (label text, dimensions size, moods mood[], sizes size[]);
    CREATE DOMAIN flat_size AS size CHECK ((VALUE).width > 0);
    CREATE TYPE float_range AS RANGE (subtype = float8, subtype_diff = float8mi);
    CREATE TYPE mood_range AS RANGE (subtype = mood, multirange_type_name = moods);

    """

  /// Arrays, enums, domains, composites, ranges and types of extensions.
  static let containers = [arrays, ranges, userDefined]

  private static let arrays = TypeFamily(
    name: "arrays",
    samples: [
      TypeSample(
        "int_arrays", "int[]", "{}", "{NULL}", "[2:4]={1,2,3}", "{{1,2},{3,NULL}}", "[-2:-1][5:6]={{1,2},{3,4}}",
        "{{{{{{1}}}}}}"),
      TypeSample(
        "text_arrays", "text[]", #"{"",NULL,"NULL","null"}"#, #"{"a\"b","c\\d","{}","a,b"," x "}"#, "{\"\t\n\"}",
        #"{{"\\N","\\."},{ü,😀}}"#),
      TypeSample("numeric_arrays", "numeric(6,2)[]", "{NaN,1.5,-9999.99}"),
      TypeSample("double_arrays", "float8[]", "{NaN,-0,Infinity,5e-324}"),
      TypeSample("bool_arrays", "bool[]", "{t,f,NULL}"),
      TypeSample("bytea_arrays", "bytea[]", #"{"\\x00","\\x5c"}"#),
      TypeSample("date_arrays", "date[]", "{infinity,\"4714-11-24 BC\"}"),
      TypeSample("instant_arrays", "timestamptz[]", "{\"2024-02-29 12:00:00+00\",-infinity}"),
      TypeSample("json_arrays", "json[]", isKey: false, #"{"{\"a\": [1, \"x\"]}"}"#),
      TypeSample("jsonb_arrays", "jsonb[]", #"{"{\"a\": \"\\\\\"}",NULL}"#),
      TypeSample("box_arrays", "box[]", isKey: false, "{(2,2),(1,1);(4,4),(3,3)}"),
      TypeSample("char_arrays", "char(3)[]", "{a,\"b  \"}"),
      TypeSample("name_arrays", "name[]", "{x,\"y z\"}"),
      TypeSample("uuid_arrays", "uuid[]", "{00000000-0000-0000-0000-000000000000}"),
      TypeSample("inet_arrays", "inet[]", "{::1,10.0.0.1/8}"),
      TypeSample("interval_arrays", "interval[]", "{\"1 mon -1 days\"}"),
    ])

  private static let ranges = TypeFamily(
    name: "ranges",
    samples: [
      TypeSample("int_ranges", "int4range", "empty", "(,)", "[1,2147483647)", "(,5]"),
      TypeSample("bigint_ranges", "int8range", "[-9223372036854775808,9223372036854775807)"),
      TypeSample("numeric_ranges", "numrange", "(1.0,1.00000000000000000001]", "[NaN,NaN]", "[-Infinity,Infinity]"),
      TypeSample("date_ranges", "daterange", "[2024-01-01,infinity)", "[\"4714-11-24 BC\",)"),
      TypeSample("moment_ranges", "tsrange", "[\"2024-01-01 00:00:00\",\"2024-01-02 00:00:00.000001\")"),
      TypeSample("instant_ranges", "tstzrange", "[-infinity,infinity]"),
      TypeSample("float_ranges", "float_range", "[-0,NaN]", "(5e-324,Infinity)"),
      TypeSample("mood_ranges", "mood_range", #"["it's ""ok""","a,b"]"#),
      TypeSample("range_arrays", "int4range[]", #"{"[1,5)",empty,NULL}"#),
      TypeSample("int_multiranges", "int4multirange", "{}", "{[1,3),[5,7),[9,)}"),
      TypeSample("numeric_multiranges", "nummultirange", "{(,1.5],(2,3)}"),
      TypeSample("instant_multiranges", "tstzmultirange", #"{["2024-01-01 00:00:00+00","2024-01-02 00:00:00+00")}"#),
      TypeSample("date_multiranges", "datemultirange", "{[2024-01-01,2024-01-05)}"),
      TypeSample("mood_multiranges", "moods", "{[sad,sad],[\"\",)}"),
      TypeSample("multirange_arrays", "int4multirange[]", #"{"{[1,2)}","{}"}"#),
    ])

  private static let userDefined = TypeFamily(
    name: "user_defined",
    samples: [
      TypeSample("feelings", "mood", "sad", #"it's "ok""#, "a,b", "{x}", "null", "", " ünï ", "\\"),
      TypeSample("feeling_arrays", "mood[]", #"{sad,"it's \"ok\"","a,b","{x}","null","",NULL,"\\"}"#),
      TypeSample("positives", "positive", "1", "2147483647"),
      TypeSample("prices", "price", "99999999.99", "-1"),
      TypeSample("small_prices", "small_price", "99.99"),
      TypeSample("feeling_domains", "feeling", "sad", "a,b"),
      TypeSample("tag_domains", "tags", "{a,\"b c\"}"),
      TypeSample("positive_arrays", "positive[]", "{1,2,NULL}"),
      TypeSample("sizes", "size", #"(1.50,"a ""b"" , \\c")"#, "(,)", "(NaN,\"\")"),
      TypeSample("size_domains", "flat_size", "(1.50,cm)"),
      TypeSample(
        "parcels", "parcel",
        #"("a,(b)","(1.5,""c\\""d"")","{sad,""a,b""}","{""(1,x)"",NULL}")"#, "(,,,)"),
      TypeSample("parcel_arrays", "parcel[]", #"{"(\"x y\",\"(1,)\",{sad},{})",NULL}"#),
      TypeSample("citexts", "citext", "MiXed", "ünï"),
      TypeSample("citext_arrays", "citext[]", "{A,b}"),
      TypeSample("stores", "hstore", "", #""a b"=>NULL, "c"=>"", "\"q\""=>"x\\y""#),
      TypeSample("store_arrays", "hstore[]", #"{"\"a\"=>\"1\""}"#),
    ])
}
