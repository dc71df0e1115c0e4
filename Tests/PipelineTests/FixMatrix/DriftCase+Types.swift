extension DriftCase {
  /// Columns that change their type.
  static let types: [DriftCase] = [
    type("varchar_wider", from: "varchar(10)", "'x'", to: "varchar(20)", "'longer than ten'", isRewritten: false),
    type("varchar_narrower", from: "varchar(20)", "'x'", to: "varchar(10)", "'ten'", reason: nil),
    type("numeric_wider", from: "numeric(10,2)", "19.99", to: "numeric(14,4)", "1234567890.1234"),
    type("numeric_scale", from: "numeric(10,0)", "19", to: "numeric(10,2)", "19.99"),
    type("int_to_bigint", from: "int DEFAULT 5", "2", to: "bigint", "9000000000"),
    type("int_to_numeric", from: "int", "2", to: "numeric(12,2)", "2.25"),
    type("bit_wider", from: "bit(3)", "'101'", to: "bit varying(8)", "'10101'"),
    type("char_wider", from: "char(3)", "'ab'", to: "char(6)", "'abcdef'"),
    type("real_to_double", from: "real", "1.5", to: "double precision", "1e300"),
    type(
      "precision", from: "timestamp(0)", "'2026-02-04 20:15:00'", to: "timestamp(6)", "'2026-02-04 20:15:00.123456'",
      isRewritten: false),
    type("json_to_text", from: "jsonb", "'{}'", to: "text", "'no json'"),
    type(
      "range", from: "int4range", "'[1,3)'", to: "int8range", "'[1,9000000000)'", using: "int8range(lower(v), upper(v))"
    ),
    type(
      "text_to_int", from: "text DEFAULT '7'", "'2'", to: "int", "3", using: "v::int",
      before: "ALTER TABLE {t} ALTER v DROP DEFAULT;", after: "; ALTER TABLE {t} ALTER v SET DEFAULT 8"),
    type("int_to_boolean", from: "int", "1", to: "boolean", "false", using: "v::boolean"),
    type(
      "timestamp_to_timestamptz", from: "timestamp", "'2026-02-04 20:15'", to: "timestamptz",
      "'2026-02-04 20:15+05'", using: "v AT TIME ZONE 'UTC'"),
    type(
      "date_to_timestamptz", from: "date", "'2026-02-04'", to: "timestamptz", "'2026-02-04 20:15+00'",
      using: "v::timestamp AT TIME ZONE 'UTC'"),
    type(
      "text_to_enum", from: "text", "'sad'", to: "{t}_mood", "'ok'", using: "v::{t}_mood",
      before: "CREATE TYPE {t}_mood AS ENUM ('sad', 'ok');"),
    type(
      "text_to_uuid", from: "text", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", to: "uuid",
      "'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", using: "v::uuid"),
    type("text_array_to_int_array", from: "text[]", "'{1,2}'", to: "int[]", "'{3}'", using: "v::int[]"),
    type(
      "text_to_citext", from: "text", "'Abc'", to: "citext", "'DEF'", isRewritten: false),
    type("int_to_text", from: "int", "1", to: "text", "'one'"),
    DriftCase(
      name: "using_changes_values", schema: "CREATE TABLE {t} (id int PRIMARY KEY, v int)",
      rows: "INSERT INTO {t} SELECT g, g FROM generate_series(1, 5) g",
      drift: "ALTER TABLE {t} ALTER v TYPE bigint USING v * 1000", change: "INSERT INTO {t} VALUES (6, 9000000000)",
      reason: "unsafe_cast", ending: .stale("v"), byHand: ""),
    DriftCase(
      name: "collation_changed", schema: "CREATE TABLE {t} (id int PRIMARY KEY, v text)",
      rows: "INSERT INTO {t} VALUES (1, 'a')", drift: "ALTER TABLE {t} ALTER v TYPE text COLLATE \"C\"",
      change: "INSERT INTO {t} VALUES (6, 'b')"),
  ]

  /// Enums, domains and composite types whose definition changes without a word in the stream.
  static let definitions: [DriftCase] = [
    DriftCase(
      name: "enum_labels",
      schema: """
        CREATE TYPE {t}_mood AS ENUM ('sad', 'ok'); CREATE TABLE {t} (id int PRIMARY KEY, m {t}_mood, n {t}_mood[])
        """, rows: "INSERT INTO {t} VALUES (1, 'sad', '{ok}')",
      drift: """
        ALTER TYPE {t}_mood ADD VALUE 'meh' AFTER 'sad'; ALTER TYPE {t}_mood ADD VALUE 'first' BEFORE 'sad';
        ALTER TYPE {t}_mood ADD VALUE 'la''st\\'
        """, change: "INSERT INTO {t} VALUES (2, 'first', '{meh}'), (3, 'la''st\\', '{}')", reason: "source_enum_label"),
    DriftCase(
      name: "enum_rename",
      schema: "CREATE TYPE {t}_mood AS ENUM ('sad', 'ok'); CREATE TABLE {t} (id int PRIMARY KEY, m {t}_mood)",
      rows: "INSERT INTO {t} VALUES (1, 'sad'), (2, 'ok')",
      drift: "ALTER TYPE {t}_mood RENAME VALUE 'sad' TO 'blue'", change: "INSERT INTO {t} VALUES (3, 'blue')",
      reason: "source_enum_label"),
    DriftCase(
      name: "composite_add_attribute",
      schema: "CREATE TYPE {t}_place AS (x int); CREATE TABLE {t} (id int PRIMARY KEY, p {t}_place)",
      rows: "INSERT INTO {t} VALUES (1, '(1)')",
      drift: "ALTER TYPE {t}_place ADD ATTRIBUTE y text; ALTER TYPE {t}_place ADD ATTRIBUTE \"Z\" int",
      change: "INSERT INTO {t} VALUES (2, '(1,two,3)')", reason: "unsafe_cast"),
    DriftCase(
      name: "composite_drop_attribute",
      schema: "CREATE TYPE {t}_place AS (x int, y int); CREATE TABLE {t} (id int PRIMARY KEY, p {t}_place)",
      rows: "INSERT INTO {t} VALUES (1, '(1,2)')", drift: "ALTER TYPE {t}_place DROP ATTRIBUTE x",
      change: "INSERT INTO {t} VALUES (2, '(3)')", reason: "unsafe_cast"),
    DriftCase(
      name: "composite_attribute_type",
      schema: """
        CREATE TYPE {t}_place AS (x varchar(3), y int);
        CREATE TABLE {t} (id int PRIMARY KEY, p {t}_place DEFAULT '(d,1)', l {t}_place[])
        """, rows: "INSERT INTO {t} VALUES (1, '(ab,2)', ARRAY['(cd,3)'::{t}_place])",
      drift: """
        CREATE TYPE {t}_new AS (x varchar(9), y bigint);
        ALTER TABLE {t} ALTER p DROP DEFAULT, ALTER p TYPE {t}_new USING p::text::{t}_new,
          ALTER l TYPE {t}_new[] USING l::text::{t}_new[];
        DROP TYPE {t}_place; ALTER TYPE {t}_new RENAME TO {t}_place; ALTER TABLE {t} ALTER p SET DEFAULT '(d,1)'
        """, change: "INSERT INTO {t} VALUES (2, '(abcdef,9000000000)', '{}')", reason: "unsafe_cast",
      ending: .stale("p")),
  ]

  private static func type(
    _ name: String, from old: String, _ former: String, to new: String, _ value: String, using: String? = nil,
    reason: String? = "unsafe_cast", isRewritten: Bool = true, before: String = "", after: String = ""
  ) -> DriftCase {
    DriftCase(
      name: name, schema: "CREATE TABLE {t} (id int PRIMARY KEY, v \(old))",
      rows: "INSERT INTO {t} VALUES (1, \(former)), (2, NULL)",
      drift: "\(before) ALTER TABLE {t} ALTER v TYPE \(new)\(using.map { " USING \($0)" } ?? "")\(after)",
      change: "INSERT INTO {t} VALUES (3, \(value))", reason: reason,
      // Nobody can tell from outside whether the rewrite has changed values besides (USING).
      ending: isRewritten ? .stale("v") : .equal)
  }
}
