import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("What is migrated without an operator")
struct AutomaticMigrationTests {
  static let before = TableSchema.make([.id, ColumnSchema("a", .int4), ColumnSchema("b", .text)]).with {
    $0.relationFileNode = 100
  }
  static let everything = Set(SchemaChange.allCases)

  private static func migration(
    _ source: TableSchema, target: TableSchema? = nil, current: TableSchema? = nil, baseline: TableSchema? = before,
    allowing allowed: Set<SchemaChange> = everything
  ) -> AutomaticMigration? {
    let judgement = Judgement(
      source: source, target: target ?? before.onTarget, baseline: baseline, current: current,
      acceptedTarget: before.onTarget)
    return AutomaticMigration(judgement, judgement.verdict(), allowing: allowed)
  }

  static let added = before.with { $0.columns.append(ColumnSchema("c", .varchar(7), number: 4)) }
  static let widened = before.with {
    $0.columns[1].type = .int8
    $0.relationFileNode = 101
  }
  static let renamed = before.with { $0.columns[2].name = "c" }
  static let dropped = before.with { $0.columns.remove(at: 2) }

  @Test(
    "each kind of change needs its own permission",
    arguments: [
      (added, SchemaChange.addColumn, "ALTER TABLE public.users ADD COLUMN c varchar(7);"),
      (widened, .safeTypeChange, "ALTER TABLE public.users ALTER COLUMN a TYPE bigint;"),
      (renamed, .renameColumn, "ALTER TABLE public.users RENAME COLUMN b TO c;"),
      (dropped, .dropColumn, "ALTER TABLE public.users DROP COLUMN b;"),
    ])
  func permissions(source: TableSchema, change: SchemaChange, statement: String) throws {
    let migration = try #require(Self.migration(source, allowing: [change]))
    #expect(migration.statements == [statement])
    #expect(migration.changes == [change])
    #expect(Self.migration(source, allowing: Self.everything.subtracting([change])) == nil)
    #expect(Self.migration(source, allowing: []) == nil)
  }

  @Test("one change that is not allowed stops the table, whatever else is")
  func mixed() {
    let source = Self.added.with { $0.columns[2].name = "d" }
    #expect(Self.migration(source, allowing: [.addColumn]) == nil)
    #expect(Self.migration(source, allowing: [.addColumn, .renameColumn])?.statements.count == 2)
  }

  @Test("a constant default is repeated, and a value for each row is not")
  func defaults() {
    let constant = Self.added.with {
      $0.columns[3].defaultExpression = "'x'::character varying"
      $0.columns[3].missingValue = "x"
      $0.columns[3].isNotNull = true
    }
    #expect(Self.migration(constant)?.statements.count == 1)
    let volatile = Self.added.with {
      $0.columns[3].defaultExpression = "gen_random_uuid()"
      $0.columns[3].isDefaultVolatile = true
      $0.relationFileNode = 101
    }
    #expect(Self.migration(volatile) == nil)
    let identity = Self.added.with {
      $0.columns[3].type = .int8
      $0.columns[3].identity = .always
      $0.relationFileNode = 101
    }
    #expect(Self.migration(identity) == nil)
  }

  @Test("values that may not survive are the operator's business")
  func narrowing() {
    #expect(Self.migration(Self.before.with { $0.columns[2].type = .int4 }, allowing: [.safeTypeChange]) == nil)
  }

  @Test("what somebody changed on the target is not undone")
  func targetChanged() {
    let lost = Self.before.onTarget.with { $0.columns.remove(at: 2) }
    #expect(Self.migration(Self.before, target: lost) == nil)
    let narrowed = Self.before.onTarget.with { $0.columns[0].type = .int4 }
    #expect(Self.migration(Self.before, target: narrowed) == nil)
  }

  @Test("nothing is migrated without knowing what was there before, nor for another table")
  func baseline() {
    #expect(Self.migration(Self.added, baseline: nil) == nil)
    #expect(Self.migration(Self.added.with { $0.oid = OID(rawValue: 99) }) == nil)
  }

  @Test("with the catalog ahead, a column that it does not know stops the table")
  func catalogAhead() {
    let later = Self.added.with { $0.columns.append(ColumnSchema("d", .text, number: 5)) }
    let wire = TableSchema(shape: Self.added.shape, catalog: later, baseline: Self.before)
    #expect(wire.catalogCompleteness == .wire)
    #expect(Self.migration(wire, current: later)?.statements == ["ALTER TABLE public.users ADD COLUMN c varchar(7);"])
    // The column lasted for a moment under this name; its number tells what it is called now.
    let renamed = later.with { $0.columns[3].name = "e" }
    let former = TableSchema(shape: Self.added.shape, catalog: renamed, baseline: Self.before)
    #expect(
      Self.migration(former, current: renamed)?.statements == ["ALTER TABLE public.users ADD COLUMN c varchar(7);"])
    // Where a number in between is gone, nobody knows at this place.
    let gone = later.with {
      $0.columns[3].name = "e"
      $0.columns[3].attributeNumber = 6
    }
    let unknown = TableSchema(shape: Self.added.shape, catalog: gone, baseline: Self.before)
    #expect(Self.migration(unknown, current: gone) == nil)
    // A rewrite since then has taken the default of ADD time out of the catalog.
    let rewritten = later.with { $0.relationFileNode = 102 }
    #expect(
      Self.migration(
        TableSchema(shape: Self.added.shape, catalog: rewritten, baseline: Self.before), current: rewritten) == nil)
  }
}
