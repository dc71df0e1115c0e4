extension DriftCase {
  private static let pair = "CREATE TABLE {t} (id int PRIMARY KEY, a int, b int)"
  private static let pairRows = "INSERT INTO {t} SELECT g, g * 10, g * 100 FROM generate_series(1, 5) g"

  /// Columns and tables that go, are renamed, or take each other's place.
  static let names: [DriftCase] = [
    DriftCase(
      name: "drop_column", drift: "ALTER TABLE {t} DROP a", change: "INSERT INTO {t} VALUES (6, 7)",
      reason: "source_removed_column"),
    DriftCase(
      name: "rename_column", drift: "ALTER TABLE {t} RENAME a TO aa", change: "INSERT INTO {t} VALUES (6, 'six', 6)",
      reason: "source_renamed_column"),
    DriftCase(
      name: "rename_quoted", drift: "ALTER TABLE {t} RENAME a TO \"A \"\"x\"\"\"",
      change: "INSERT INTO {t} VALUES (6, 'six', 6)", reason: "source_renamed_column"),
    DriftCase(
      name: "swapped_names", schema: pair, rows: pairRows,
      drift: "ALTER TABLE {t} RENAME a TO x; ALTER TABLE {t} RENAME b TO a; ALTER TABLE {t} RENAME x TO b",
      change: "INSERT INTO {t} (id, a, b) VALUES (6, 1, 2)", reason: "source_renamed_column"),
    DriftCase(
      name: "rename_chain", schema: pair, rows: pairRows,
      drift: "ALTER TABLE {t} RENAME b TO c; ALTER TABLE {t} RENAME a TO b",
      change: "INSERT INTO {t} (id, b, c) VALUES (6, 1, 2)", reason: "source_renamed_column"),
    DriftCase(
      name: "drop_and_rename", schema: pair, rows: pairRows,
      drift: "ALTER TABLE {t} DROP b; ALTER TABLE {t} RENAME a TO b",
      change: "INSERT INTO {t} (id, b) VALUES (6, 1)", reason: "source_removed_column"),
    DriftCase(
      name: "rename_and_add_again", schema: pair, rows: pairRows,
      drift: "ALTER TABLE {t} RENAME a TO z; ALTER TABLE {t} ADD a int",
      change: "INSERT INTO {t} (id, z, b, a) VALUES (6, 1, 2, 3)", reason: "source_renamed_column"),
    DriftCase(
      name: "rename_and_type",
      drift: "ALTER TABLE {t} RENAME b TO c; ALTER TABLE {t} ALTER c TYPE numeric(14,4)",
      change: "INSERT INTO {t} VALUES (6, 'six', 1234567890.1234)", reason: "source_renamed_column",
      ending: .stale("c")),
    DriftCase(
      name: "drop_and_add_other", drift: "ALTER TABLE {t} DROP b; ALTER TABLE {t} ADD c numeric(10,2) DEFAULT 4",
      change: "INSERT INTO {t} VALUES (6, 'six', 5)", reason: "source_removed_column"),
    DriftCase(
      name: "replaced", drift: "ALTER TABLE {t} DROP a; ALTER TABLE {t} ADD a text DEFAULT 'n'",
      change: "INSERT INTO {t} (id, a) VALUES (6, 'six')", reason: "source_replaced_column"),
    DriftCase(
      name: "replaced_by_other_type", drift: "ALTER TABLE {t} DROP a; ALTER TABLE {t} ADD a int DEFAULT 4",
      change: "INSERT INTO {t} (id, a) VALUES (6, 66)", reason: "source_replaced_column"),
    DriftCase(
      name: "rename_table", drift: "ALTER TABLE {t} RENAME TO \"{t} \"\"New\"",
      change: "INSERT INTO \"{t} \"\"New\" VALUES (6, 'six', 6)", reason: "table_renamed",
      after: "public.\"{t} \"\"New\""),
    DriftCase(
      name: "set_schema",
      drift: "CREATE SCHEMA {t}; ALTER TABLE {t} RENAME TO t2; ALTER TABLE t2 SET SCHEMA {t}",
      change: "INSERT INTO {t}.t2 VALUES (6, 'six', 6)", reason: "table_renamed", after: "{t}.t2"),
    DriftCase(
      name: "rename_table_and_add",
      drift: "ALTER TABLE {t} RENAME TO {t}_2; ALTER TABLE {t}_2 ADD w int DEFAULT 3",
      change: "INSERT INTO {t}_2 VALUES (6, 'six', 6, 7)", reason: "table_renamed", after: "public.{t}_2"),
  ]
}
