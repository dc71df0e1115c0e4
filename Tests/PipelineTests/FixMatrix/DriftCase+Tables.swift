extension DriftCase {
  /// Tables that are new, partitioned, or that drift on the target.
  static let tables: [DriftCase] = [
    DriftCase(
      name: "target_not_null",
      targetDrift: "ALTER TABLE {t} ADD z int; UPDATE {t} SET z = 1; ALTER TABLE {t} ALTER z SET NOT NULL",
      change: "ALTER TABLE {t} ADD w int; INSERT INTO {t} VALUES (6, 'six', 6, 7)", reason: "source_added_column",
      byHand: "ALTER TABLE {t} ALTER z DROP NOT NULL, ADD w int", comparesSchemas: false),
    DriftCase(
      name: "target_generated",
      targetDrift: """
        ALTER TABLE {t} DROP b; ALTER TABLE {t} ADD b numeric(10,2) GENERATED ALWAYS AS (id * 1.5) STORED
        """, change: "INSERT INTO {t} VALUES (6, 'six', 6)", reason: "target_generated",
      byHand: "ALTER TABLE {t} ALTER b DROP EXPRESSION"),
    DriftCase(
      name: "source_generated",
      drift: "ALTER TABLE {t} DROP a; ALTER TABLE {t} ADD a text GENERATED ALWAYS AS (b::text) STORED",
      change: "INSERT INTO {t} (id, b) VALUES (6, 6)", reason: "source_generated_column"),
    DriftCase(
      name: "partitioned_column",
      schema: """
        CREATE TABLE {t} (id int, d date, v text, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
        CREATE TABLE {t}_25 PARTITION OF {t} FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
        """, rows: "INSERT INTO {t} SELECT g, '2025-06-01', 'x' FROM generate_series(1, 5) g",
      drift: "ALTER TABLE {t} ADD w text DEFAULT 'w'", change: "INSERT INTO {t} VALUES (6, '2025-07-01', 'y', 'z')",
      reason: "source_added_column"),
  ]
}
