extension DriftCase {
  /// Columns that the source adds.
  static let addedColumns: [DriftCase] = [
    added("varchar", "phone varchar(20)", "'0'"),
    added(
      "numbers", "n numeric(12,4), ADD m smallint, ADD r real, ADD d double precision, ADD o oid",
      "12345678.1234, 1, 1.5, 'NaN', 7"),
    added(
      "moments",
      """
      c timestamptz(2), ADD d time(1), ADD e interval day to second(3), ADD f date, ADD g timetz, \
      ADD h interval year to month
      """,
      "'2026-02-04 20:15:00.12+01', '20:15:00.1', '1 02:03:04.5', 'infinity', '12:00:00+02', '3 years 2 mons'"),
    added(
      "bits_and_chars", "u bit(3), ADD v bit varying(5), ADD w char(4), ADD z \"char\", ADD y name",
      "'101', '10', 'ab', 'x', 'n'"),
    added("arrays", "l text[], ADD m numeric(10,2)[], ADD n int[][]", "'{a,NULL,\"b c\"}', '{1.25}', '{{1,2},{3,4}}'"),
    added(
      "documents", "u uuid, ADD j jsonb, ADD k json, ADD x bytea, ADD i inet, ADD p point, ADD v tsvector",
      """
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": 1}', '{"a" :1}', '\\xdeadbeef', '10.0.0.1/24', '(1,2)', 'a b'
      """),
    added(
      "ranges", "r int4range, ADD s tstzrange, ADD m datemultirange", "'[1,5)', '[2026-01-01,)', '{[2026-01-01,)}'"),
    added("constant_default", "s text DEFAULT 'new' NOT NULL", "'x'"),
    added(
      "many_defaults",
      """
      s boolean DEFAULT true NOT NULL, ADD n int DEFAULT -5, ADD l text[] DEFAULT '{a,"b c",NULL}', \
      ADD j jsonb DEFAULT '{"a": 1}' NOT NULL, ADD w numeric(6,2) DEFAULT 1.5, ADD i interval DEFAULT '1 day 02:00:00', \
      ADD q timestamptz DEFAULT '2026-01-01 00:00:00+00'
      """, "false, 1, '{}', '{}', 2, '1 hour', now()"),
    added(
      "stable_default", "s timestamptz DEFAULT now(), ADD u text DEFAULT current_user", "now(), 'me'",
      endingByHand: .stale("s")),
    DriftCase(
      name: "default_changed",
      drift: """
        ALTER TABLE {t} ADD s text DEFAULT 'it''s \\ old'; ALTER TABLE {t} ALTER s SET DEFAULT 'new'
        """, change: "INSERT INTO {t} (id) VALUES (6); INSERT INTO {t} VALUES (7, 'a', 1, 'seven')",
      reason: "source_added_column"),
    DriftCase(
      name: "default_dropped",
      drift: "ALTER TABLE {t} ADD s int DEFAULT 7 NOT NULL; ALTER TABLE {t} ALTER s DROP DEFAULT",
      change: "INSERT INTO {t} VALUES (6, 'a', 1, 8)", reason: "source_added_column"),
    DriftCase(
      name: "default_later", drift: "ALTER TABLE {t} ADD s text; ALTER TABLE {t} ALTER s SET DEFAULT 'q'",
      change: "INSERT INTO {t} (id) VALUES (6); UPDATE {t} SET s = 'two' WHERE id = 2", reason: "source_added_column"),
    DriftCase(
      name: "not_null_staged",
      drift: """
        ALTER TABLE {t} ADD s text; UPDATE {t} SET s = 'x' || id; ALTER TABLE {t} ALTER s SET NOT NULL
        """, change: "INSERT INTO {t} VALUES (6, 'a', 1, 'six')", reason: "source_added_column",
      byHand: "ALTER TABLE {t} ADD s text"),
    added("collation", "s text COLLATE \"C\", ADD v varchar(9) COLLATE \"POSIX\" DEFAULT 'p'", "'x', 'y'"),
    DriftCase(
      name: "new_enum",
      drift: """
        CREATE SCHEMA {t}; CREATE TYPE {t}."Mood" AS ENUM ('sad', 'it''s', 'a\\b', '$pgsyncd$');
        ALTER TABLE {t} ADD s {t}."Mood" DEFAULT 'it''s', ADD l {t}."Mood"[] DEFAULT '{sad}'
        """, change: "INSERT INTO {t} VALUES (6, 'a', 1, 'a\\b', '{$pgsyncd$}')", reason: "source_added_column"),
    DriftCase(
      name: "new_domain",
      drift: """
        CREATE DOMAIN {t}_positive AS integer NOT NULL CHECK (VALUE > 0) CONSTRAINT small CHECK (VALUE < 1000);
        CREATE TYPE {t}_mood AS ENUM ('sad', 'ok'); CREATE DOMAIN {t}_good AS {t}_mood CHECK (VALUE <> 'sad');
        CREATE DOMAIN {t}_code AS varchar(5) COLLATE "C" DEFAULT 'd' CHECK (VALUE ~ '^[a-z]+$');
        ALTER TABLE {t} ADD s {t}_positive DEFAULT 3, ADD g {t}_good, ADD c {t}_code, ADD l {t}_positive[]
        """, change: "INSERT INTO {t} VALUES (6, 'a', 1, 999, 'ok', 'abc', '{1,2}')", reason: "source_added_column",
      ending: .stale("s")),
    DriftCase(
      name: "not_null_domain_volatile",
      drift: """
        CREATE DOMAIN {t}_nn AS integer NOT NULL; CREATE SEQUENCE {t}_seq;
        ALTER TABLE {t} ADD s {t}_nn DEFAULT nextval('{t}_seq')
        """, change: "INSERT INTO {t} (id, a) VALUES (6, 'a')", reason: "source_added_column", ending: .stale("s"),
      byHand: ""),
    DriftCase(
      name: "new_composite",
      drift: """
        CREATE TYPE {t}_place AS (x int, "Y y" varchar(5)); ALTER TABLE {t} ADD s {t}_place DEFAULT '(1,ab)',
          ADD l {t}_place[]
        """, change: "INSERT INTO {t} VALUES (6, 'a', 1, '(2,cd)', ARRAY['(3,e)'::{t}_place])",
      reason: "source_added_column"),
    DriftCase(
      name: "new_range",
      drift: """
        CREATE TYPE {t}_floats AS RANGE (subtype = float8, subtype_diff = float8mi);
        CREATE TYPE {t}_words AS RANGE (subtype = text, collation = "C", multirange_type_name = {t}_many);
        ALTER TABLE {t} ADD s {t}_floats, ADD w {t}_words, ADD m {t}_many
        """, change: "INSERT INTO {t} VALUES (6, 'a', 1, '[1.5,2.5)', '[a,b)', '{[a,b)}')",
      reason: "source_added_column"),
    DriftCase(
      name: "quoted_names",
      drift: """
        ALTER TABLE {t} ADD "we""ird; DROP TABLE x" text DEFAULT 'x', ADD "select" int, ADD "Ünï\\" int, ADD " " text
        """, change: "INSERT INTO {t} VALUES (6, 'a', 1, 'y', 2, 3, '4')", reason: "source_added_column"),
    added("uuid_volatile", "s uuid DEFAULT gen_random_uuid()", "gen_random_uuid()", ending: .stale("s")),
    added("serial", "s serial", "default", ending: .stale("s")),
    added("identity_always", "s bigint GENERATED ALWAYS AS IDENTITY", "default", ending: .stale("s")),
    added("identity_by_default", "s int GENERATED BY DEFAULT AS IDENTITY", "99", ending: .stale("s")),
    DriftCase(
      name: "generated", drift: "ALTER TABLE {t} ADD s numeric GENERATED ALWAYS AS (b * 2) STORED, ADD v int",
      change: "INSERT INTO {t} (id, a, b, v) VALUES (6, 'a', 1, 1)", reason: "source_added_column"),
    DriftCase(
      name: "extension_types",
      drift: "ALTER TABLE {t} ADD c citext, ADD h hstore, ADD l citext[]",
      change: "INSERT INTO {t} VALUES (6, 'a', 1, 'CaSe', 'a=>1', '{X}')", reason: "source_added_column"),
  ]

  /// A column, or several, with a value for each.
  private static func added(
    _ name: String, _ columns: String, _ values: String, ending: Ending = .equal, endingByHand: Ending? = nil
  ) -> DriftCase {
    DriftCase(
      name: name, drift: "ALTER TABLE {t} ADD \(columns)",
      change: "INSERT INTO {t} VALUES (6, 'six', 6, \(values)); UPDATE {t} SET a = 'seen' WHERE id = 1",
      reason: "source_added_column", ending: ending, endingByHand: endingByHand,
      byHand: ending == .equal ? nil : "")
  }
}
