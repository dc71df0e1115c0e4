import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("Creating a table on the target")
struct TableCreationTests {
  private func statements(_ table: TableSchema) -> [String] {
    Judgement(source: table, target: nil).verdict().fix
  }

  @Test("with types, defaults, identity, generated columns and keys")
  func everything() {
    let table = TableSchema.make(
      [
        ColumnSchema("id", .int8, notNull: true).with { $0.identity = .always },
        ColumnSchema("code", .varchar(8), notNull: true).with { $0.defaultExpression = "'x'::character varying" },
        ColumnSchema("price", .numeric(10, 2)),
        ColumnSchema("gross", .numeric(12, 2)).with {
          $0.generated = GeneratedColumn(kind: .virtual, expression: "(price * 1.2)")
        },
        ColumnSchema("seq", .int4).with { $0.defaultExpression = "nextval('shop.items_seq_seq'::regclass)" },
        ColumnSchema("name", .text).with { $0.collation = QualifiedName(schema: "pg_catalog", name: "C") },
        ColumnSchema("moods", .array(of: .enumeration("shop.mood", ["a"]))),
      ], named: "shop.\"Items\""
    ).with {
      $0.keys.append(KeySchema(name: "items_code_key", columns: ["code"]))
      $0.keys.append(KeySchema(name: "later", columns: ["code", "price"], isImmediate: false))
      $0.keys.append(KeySchema(name: "partial", columns: ["price"], hasPredicateOrExpression: true))
    }
    #expect(
      statements(table) == [
        "DO $pgsyncd$ BEGIN IF pg_catalog.to_regnamespace('shop') IS NULL THEN CREATE SCHEMA shop; END IF; END $pgsyncd$;",
        "DO $pgsyncd$ BEGIN IF pg_catalog.to_regtype('shop.mood') IS NULL THEN CREATE TYPE shop.mood AS ENUM ('a'); "
          + "END IF; END $pgsyncd$;",
        "CREATE SEQUENCE IF NOT EXISTS shop.items_seq_seq;",
        "CREATE TABLE shop.\"Items\" (id bigint GENERATED ALWAYS AS IDENTITY NOT NULL, "
          + "code varchar(8) DEFAULT 'x'::character varying NOT NULL, price numeric(10,2), "
          + "gross numeric(12,2) GENERATED ALWAYS AS ((price * 1.2)) VIRTUAL, "
          + "seq integer DEFAULT nextval('shop.items_seq_seq'::regclass), name text COLLATE pg_catalog.\"C\", "
          + "moods shop.mood[], CONSTRAINT \"Items_pkey\" PRIMARY KEY (id), "
          + "CONSTRAINT later UNIQUE (code, price) DEFERRABLE);",
        "CREATE UNIQUE INDEX items_code_key ON shop.\"Items\" (code);",
      ])
  }

  @Test("with its partitions")
  func partitions() {
    let table = TableSchema.make([.id, ColumnSchema("day", .date)], key: []).with {
      $0.kind = .partitioned
      $0.partitionKey = "RANGE (day)"
      $0.partitions = [
        TablePartition(
          name: QualifiedName(schema: "public", name: "users_2026"), parent: $0.name,
          bound: "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')", partitionKey: "HASH (id)"),
        TablePartition(
          name: QualifiedName(schema: "public", name: "users_2026_0"),
          parent: QualifiedName(schema: "public", name: "users_2026"),
          bound: "FOR VALUES WITH (modulus 1, remainder 0)"),
      ]
    }
    #expect(
      statements(table) == [
        "CREATE TABLE public.users (id bigint NOT NULL, day date) PARTITION BY RANGE (day);",
        "CREATE TABLE public.users_2026 PARTITION OF public.users FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') "
          + "PARTITION BY HASH (id);",
        "CREATE TABLE public.users_2026_0 PARTITION OF public.users_2026 FOR VALUES WITH (modulus 1, remainder 0);",
      ])
  }

  @Test("without any column")
  func noColumns() {
    #expect(statements(.make([], key: [])) == ["CREATE TABLE public.users ();"])
  }

  @Test("under the name that the source's table has now")
  func currentName() {
    let old = TableSchema.make([.id])
    let now = old.with { $0.name.name = "clients" }
    let verdict = Judgement(source: old, target: nil, baseline: old, current: now).verdict()
    #expect(verdict.fix.first?.hasPrefix("CREATE TABLE public.clients (") == true)
    #expect(verdict.findings.first?.backfillReason != nil)
  }
}
