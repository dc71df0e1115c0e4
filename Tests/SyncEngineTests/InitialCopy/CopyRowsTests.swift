import PostgresClusters
import PostgresTypes
import SchemaDrift
import Testing

@testable import SyncEngine

@Suite("The first copy: rows")
struct CopyRowsTests {
  static var versions: [Int] { PostgresInstallation.available.map(\.majorVersion) }

  private static let everyKind = """
    CREATE SCHEMA "we""ird; DROP TABLE x";
    CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'it''s "fine"');
    CREATE DOMAIN public.code AS varchar(10) CHECK (VALUE <> '');
    CREATE DOMAIN public.moods AS public.mood[];
    CREATE TYPE public.address AS (street text, mood public.mood, zip int);
    CREATE TYPE public.span AS RANGE (subtype = float8);
    CREATE TABLE public.builtin (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a smallint, b int, c numeric, d numeric(10,2), e real,
      f float8, g text, h varchar(20), i char(5), j bytea, k date, l timestamp, m timestamptz, n time, o timetz,
      p interval, q bool, r uuid, s json, t jsonb, u inet, v cidr, w macaddr, x point, y bit(3), z varbit,
      aa int[], ab text[][], ac int4range, ad int4multirange, ae tsvector, af money, ag pg_lsn, ah "char", ai name);
    CREATE TABLE public.named (
      id int PRIMARY KEY, a public.mood, b public.code, c int GENERATED ALWAYS AS (id * 2) STORED);
    CREATE TABLE public.woven (
      id int PRIMARY KEY, a public.mood[], b public.moods, c public.address, d public.address[], e public.span,
      f regclass, g xml, h public.code[]);
    CREATE TABLE "we""ird; DROP TABLE x"."Tä""ble; --" (
      "select" int PRIMARY KEY, "a "" b" text, "größe ' \\ $1" int, "user" text);
    CREATE TABLE public.parted (id int, part int, note text, PRIMARY KEY (id, part)) PARTITION BY LIST (part);
    CREATE TABLE public.parted_1 PARTITION OF public.parted FOR VALUES IN (1);
    CREATE TABLE public.parted_2 (note text, gone int, part int NOT NULL, id int NOT NULL);
    ALTER TABLE public.parted_2 DROP COLUMN gone;
    ALTER TABLE public.parted ATTACH PARTITION public.parted_2 DEFAULT;
    CREATE TABLE public.parent (id int PRIMARY KEY);
    CREATE TABLE public.child (extra text) INHERITS (public.parent);
    CREATE TABLE public.nothing ();
    CREATE TABLE public.empty (id int PRIMARY KEY, note text);
    CREATE TABLE public.keyless (a int, b text);
    """

  private static let rowsOfEveryKind = """
    INSERT INTO public.builtin (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
      ad, ae, af, ag, ah, ai)
    VALUES
      (-32768, 2147483647, 'NaN', 19.99, 'Infinity', '-1e-300', E'tab\\t nl\\n cr\\r bs\\\\ \\\\. \\\\N "q"', 'ünï', 'ab',
        '\\x00ff5c', '4713-01-01 BC', 'infinity', '0044-03-15 12:00:00+00 BC', '23:59:59.999999', '12:00:00+05:30',
        '1 year -2 days 03:04:05.678', true, '00000000-0000-0000-0000-00000000000a', '{"a": [1, null]}', '{"b": "\\u00e4"}',
        '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', '(1.5,-2)', B'101', B'10', '{1,NULL,3}', '{{a,"b,c"},{"\\"",""}}',
        '[1,5)', '{[1,3),[5,7)}', 'a:1 b:2', '-$1.23', '16/B374D848', 'x', 'name'),
      (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    INSERT INTO public.builtin (g, aa) SELECT repeat(md5(n::text), 100 * (n % 5)), ARRAY[n, n] FROM generate_series(1, 500) n;
    INSERT INTO public.named (id, a, b) VALUES (1, 'sad', 'x'), (2, 'it''s "fine"', NULL), (3, NULL, E'\\\\N');
    INSERT INTO public.woven VALUES
      (1, '{sad,NULL,"it''s \\"fine\\""}', '{ok}', '("a ""b"" \\\\",sad,7)', '{"(x,ok,1)"}', '[1.5,2.5)', 'public.named',
        NULL, '{x,y}'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    -- Not every build of the server has libxml.
    DO $$ BEGIN UPDATE public.woven SET g = '<a>ä</a>'; EXCEPTION WHEN feature_not_supported THEN NULL; END $$;
    INSERT INTO "we""ird; DROP TABLE x"."Tä""ble; --" VALUES (1, 'a', 2, ''), (2, NULL, NULL, NULL);
    INSERT INTO public.parted SELECT n, n % 3, 'note ' || n FROM generate_series(1, 300) n;
    INSERT INTO public.parent VALUES (1), (2);
    INSERT INTO public.child VALUES (3, 'three');
    INSERT INTO public.nothing SELECT FROM generate_series(1, 7);
    INSERT INTO public.keyless SELECT 1, 'same' FROM generate_series(1, 5);
    """

  @Test("copies every kind of column and table, whatever its name", arguments: versions)
  func everyKind(version: Int) throws {
    let scene = try CopyScene(version: version, source: Self.everyKind, rows: Self.rowsOfEveryKind)
    let observer = CopyObserver()
    #expect(try scene.sync(scene.context(observer)))
    #expect(try scene.differences() == [])
    #expect(try scene.onTarget("SELECT count(*) FROM public.nothing") == [["7"]])
    #expect(try scene.onTarget("SELECT count(*) FROM public.builtin") == [["502"]])
    #expect(try scene.onTarget("SELECT count(*) FROM ONLY public.parent") == [["2"]])
    #expect(try scene.states == ["streaming"])
    #expect(try scene.phase == "streaming")
    #expect(observer.copied["public.builtin"] == 502 && observer.copied["public.nothing"] == 7)
    #expect(observer.copied["public.empty"] == 0 && observer.copied["public.parted"] == 300)
    #expect(observer.warnings == [])
    let counted = try scene.onTarget(
      "SELECT rows_copied FROM pgsyncd.table_counters JOIN pgsyncd.tables USING (pipeline, source_oid) "
        + "WHERE table_name IN ('builtin', 'parted') ORDER BY table_name")
    #expect(counted == [["502"], ["300"]])
  }

  @Test("copies a large table in pieces that together are the table", arguments: versions)
  func pieces(version: Int) throws {
    let scene = try CopyScene(
      version: version,
      source: "CREATE TABLE public.large (id int PRIMARY KEY, note text); CREATE TABLE public.small (id int)",
      rows: """
        INSERT INTO public.large SELECT n, repeat('x', 100) || n FROM generate_series(1, 40000) n;
        DELETE FROM public.large WHERE id % 7 = 0; UPDATE public.large SET note = 'y' WHERE id % 11 = 0;
        INSERT INTO public.small VALUES (1)
        """)
    let observer = CopyObserver()
    let isDone = try scene.sync(scene.context(observer) { $0.splitTablesLargerThanBytes = 300_000 })
    #expect(isDone)
    #expect(try scene.differences() == [])
    #expect(observer.copied["public.large"] == 34286)
    // Every piece is a transaction of its own.
    #expect(try scene.onTarget("SELECT count(DISTINCT xmin::text) > 10 FROM public.large") == [["t"]])
  }

  @Test("copies what the publication's column list and row filter leave, and columns in another order")
  func columnListAndFilter() throws {
    let scene = try CopyScene(
      source: "CREATE TABLE public.t (id int PRIMARY KEY, secret text, \"order\" int, note text)",
      target: """
        CREATE TABLE public.t (note text, "order" int, own text DEFAULT 'own', id int PRIMARY KEY, secret text)
        """,
      rows: "INSERT INTO public.t SELECT n, 'secret', n % 10, 'note' FROM generate_series(1, 100) n",
      publication: "FOR TABLE public.t (id, \"order\", note) WHERE (id > 10 AND \"order\" <> 3)")
    #expect(try scene.sync(scene.context()))
    #expect(
      try scene.onTarget("SELECT count(*), min(id), count(secret), min(own), sum(\"order\") FROM public.t")
        == scene.onSource(
          "SELECT count(*), min(id), 0, 'own', sum(\"order\") FROM public.t WHERE id > 10 AND \"order\" <> 3"))
  }

  @Test("goes through text where the types differ")
  func types() throws {
    let scene = try CopyScene(
      source: "CREATE TABLE public.t (id int PRIMARY KEY, a varchar(10), b numeric(5,2), c real, d int[], e date)",
      target: """
        CREATE TABLE public.t (id bigint PRIMARY KEY, a text, b numeric(9,3), c float8, d bigint[], e timestamp)
        """,
      rows: """
        INSERT INTO public.t VALUES (1, 'ä\\b', 1.25, 0.5, '{1,NULL}', '2024-02-29'), (2, NULL, NULL, NULL, NULL, NULL)
        """)
    #expect(try scene.sync(scene.context()))
    #expect(
      try scene.onTarget("SELECT * FROM public.t ORDER BY id") == [
        ["1", "ä\\b", "1.250", "0.5", "{1,NULL}", "2024-02-29 00:00:00"], ["2", nil, nil, nil, nil, nil],
      ])
  }

  @Test("casts on purpose, and sets columns to NULL that have a default")
  func casts() throws {
    let scene = try CopyScene(
      source: "CREATE TABLE public.t (id int PRIMARY KEY, price numeric(10,2))",
      target: "CREATE TABLE public.t (id int PRIMARY KEY, price int, legacy text DEFAULT 'default')",
      rows: "INSERT INTO public.t VALUES (1, 19.99), (2, NULL), (3, 5)")
    var policy = PolicyOverrides.none
    policy.allowTypeCasts = ["price": "integer"]
    policy.nullRemovedColumns = ["legacy"]
    let allowed = policy
    #expect(try scene.sync(scene.context { $0.policies.file.general = allowed }))
    #expect(
      try scene.onTarget("SELECT * FROM public.t ORDER BY id") == [
        ["1", "20", nil], ["2", nil, nil], ["3", "5", nil],
      ])
  }

  @Test("refuses a value that does not survive under cast_if_exact, and takes those that do")
  func exactness() throws {
    let scene = try CopyScene(
      source: "CREATE TABLE public.t (id int PRIMARY KEY, price numeric(10,2))",
      target: "CREATE TABLE public.t (id int PRIMARY KEY, price numeric(10,1))",
      rows: "INSERT INTO public.t VALUES (1, 5.50), (2, 19.99)")
    var policy = PolicyOverrides.none
    policy.typeMismatches = .castIfExact
    let exact = policy
    let error = #expect(throws: SyncError.self) { try scene.sync(scene.context { $0.policies.file.general = exact }) }
    #expect(error?.description.contains("price") == true)
    #expect(error?.description.contains("19.99") == false)
    #expect(try scene.onTarget("SELECT FROM public.t") == [])
    try scene.source.execute("DELETE FROM public.t WHERE id = 2", database: scene.name)
    #expect(try scene.sync(scene.context { $0.policies.file.general = exact }))
    #expect(try scene.onTarget("SELECT price FROM public.t") == [["5.5"]])
  }

  @Test("a column that may only be empty refuses the copy of a value, and skipped values are counted")
  func leftOutColumns() throws {
    let scene = try CopyScene(
      source: "CREATE TABLE public.t (id int PRIMARY KEY, extra text)",
      target: "CREATE TABLE public.t (id int PRIMARY KEY)",
      rows: "INSERT INTO public.t VALUES (1, NULL), (2, 'value'), (3, 'other')")
    var policy = PolicyOverrides.none
    policy.sourceAddedColumns = .stopOnValue
    let empty = policy
    let error = #expect(throws: SyncError.self) { try scene.sync(scene.context { $0.policies.file.general = empty }) }
    #expect(error?.description.contains("stop_on_value") == true && error?.description.contains("other") == false)
    #expect(try scene.onTarget("SELECT FROM public.t") == [])
    policy.sourceAddedColumns = .skip
    let skipping = policy
    #expect(try scene.sync(scene.context { $0.policies.file.general = skipping }))
    #expect(try scene.onTarget("SELECT id FROM public.t ORDER BY id") == [["1"], ["2"], ["3"]])
    #expect(try scene.onTarget("SELECT rows_copied, column_mismatch FROM pgsyncd.table_counters") == [["3", "2"]])
  }

  @Test("copies parents first when triggers and foreign keys act, and says when a trigger keeps rows out")
  func withoutReplicaRole() throws {
    let ddl = """
      CREATE TABLE public.a_child (id int PRIMARY KEY, parent int);
      CREATE TABLE public.b_parent (id int PRIMARY KEY, top int);
      CREATE TABLE public.c_top (id int PRIMARY KEY, self int);
      CREATE TABLE public.d_filtered (id int PRIMARY KEY);
      """
    let scene = try CopyScene(
      source: ddl,
      target: ddl + """
        ALTER TABLE public.a_child ADD FOREIGN KEY (parent) REFERENCES public.b_parent;
        ALTER TABLE public.b_parent ADD FOREIGN KEY (top) REFERENCES public.c_top;
        ALTER TABLE public.c_top ADD FOREIGN KEY (self) REFERENCES public.c_top;
        CREATE FUNCTION public.keep_out() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN IF new.id = 1 THEN RETURN NULL; END IF; RETURN new; END $$;
        CREATE TRIGGER keep_out BEFORE INSERT ON public.d_filtered FOR EACH ROW EXECUTE FUNCTION public.keep_out();
        """,
      rows: """
        INSERT INTO public.c_top SELECT n, 51 - n FROM generate_series(1, 50) n;
        INSERT INTO public.b_parent SELECT n, n % 50 + 1 FROM generate_series(1, 200) n;
        INSERT INTO public.a_child SELECT n, n % 200 + 1 FROM generate_series(1, 5000) n;
        INSERT INTO public.d_filtered VALUES (1), (2)
        """)
    let role = "writer_\(scene.name)"
    try scene.target.execute(
      """
      CREATE ROLE \(role) LOGIN;
      GRANT CREATE ON DATABASE \(scene.name) TO \(role);
      GRANT SELECT, INSERT, TRUNCATE ON ALL TABLES IN SCHEMA public TO \(role);
      """, database: scene.name)
    let observer = CopyObserver()
    #expect(try scene.sync(scene.context(observer, user: role) { $0.splitTablesLargerThanBytes = 8192 }))
    let unfiltered = ["a_child", "b_parent", "c_top"].map { TablePair(QualifiedName(schema: "public", name: $0)) }
    #expect(try scene.differences(unfiltered) == [])
    #expect(observer.warnings.count == 1 && observer.warnings.first?.contains("public.d_filtered") == true)
    #expect(observer.copied["public.d_filtered"] == 1)
  }
}
