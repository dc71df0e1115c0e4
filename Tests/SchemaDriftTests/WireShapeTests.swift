import PostgresTypes
import Testing

@testable import SchemaDrift

@Suite("A table under a shape of the stream")
struct WireShapeTests {
  static let users = TableSchema.make([
    .id, ColumnSchema("email", .varchar(40), notNull: true).with { $0.defaultExpression = "''::character varying" },
    ColumnSchema("full", .text).with { $0.generated = GeneratedColumn(kind: .stored, expression: "upper(email)") },
    ColumnSchema("mood", .enumeration("shop.mood", ["sad", "happy"], oid: 16_400)),
  ])

  @Test("is the catalog's table if that sends exactly these columns; generated columns are not sent")
  func catalogMatches() {
    let table = TableSchema(shape: Self.users.shape, catalog: Self.users, baseline: nil)
    #expect(table == Self.users)
    #expect(table.catalogCompleteness == .catalog)
    #expect(Self.users.sends(exactly: Self.users.shape))
  }

  @Test("a column list leaves columns out without making the catalog useless")
  func columnList() {
    let listed = Self.users.with { $0.publishedColumns = ["id", "mood"] }
    let table = TableSchema(shape: listed.shape, catalog: listed, baseline: nil)
    #expect(table == listed)
    // The catalog was read before the list was set: then it is ahead or behind, and is not believed.
    let unlisted = TableSchema(shape: listed.shape, catalog: Self.users, baseline: nil)
    #expect(unlisted.catalogCompleteness == .wire)
    #expect(unlisted.carriedColumns.map(\.name) == ["id", "mood"])
  }

  @Test("a generated column that PostgreSQL 18 publishes is a column like any other")
  func publishedGenerated() {
    let published = Self.users.with { $0.publishedColumns = ["id", "email", "full", "mood"] }
    #expect(published.shape.columns.count == 4)
    let table = TableSchema(shape: published.shape, catalog: Self.users, baseline: nil)
    #expect(table.catalogCompleteness == .catalog)
    #expect(table.carriedColumns.map(\.name) == ["id", "email", "full", "mood"])
  }

  static let ahead: [(String, @Sendable (inout TableSchema) -> Void)] = [
    ("a column more", { $0.columns.append(ColumnSchema("x", .int4, number: 9)) }),
    ("a column less", { $0.columns.removeLast() }),
    ("another name", { $0.columns[1].name = "mail" }),
    ("a name in another normal form", { $0.columns[1].name = "e\u{301}mail" }),
    ("another type", { $0.columns[0].type = .int4 }),
    ("another modifier", { $0.columns[1].type = .varchar(41) }),
    ("another table", { $0.oid = OID(rawValue: 99_999) }),
  ]

  /// Baseline `id#1 a#2 b#3 c#4`, the catalog under other names and with `d#5 e#7`, and what the wire sends in between.
  static let between: [(wire: [String], numbers: [Int16])] = [
    (["id", "a1", "b", "c"], [1, 2, 3, 4]),
    (["id", "a1", "b1", "c1"], [1, 2, 3, 4]),
    (["id", "a1", "b", "c", "d"], [1, 2, 3, 4, 5]),
    (["id", "a2", "b2", "c1"], [1, 2, 3, 4]),
    // New since the baseline, and under another name by now; what will be dropped cannot be told from what follows.
    (["id", "a1", "b", "c1", "x"], [1, 2, 3, 4, 5]),
    (["id", "a", "b", "c1", "d", "x"], [1, 2, 3, 4, 5, 0]),
    (["id", "a", "b", "c1", "d", "x", "e"], [1, 2, 3, 4, 5, 0, 7]),
    (["id", "a", "b", "c1", "d", "x", "y"], [1, 2, 3, 4, 5, 0, 0]),
  ]

  @Test("tells a column that was renamed and will be again by its place", arguments: between.indices)
  func renamedTwice(index: Int) {
    func table(_ names: [String]) -> TableSchema {
      .make([.id] + names.enumerated().map { ColumnSchema($1, .text, number: Int16($0 + 2)) })
    }
    let now = table(["a2", "b2", "c2", "d"]).with { $0.columns.append(ColumnSchema("e", .text, number: 7)) }
    let (wire, numbers) = Self.between[index]
    let shape = TableSchema.make([.id] + wire.dropFirst().map { ColumnSchema($0, .text) }).shape
    let judged = TableSchema(shape: shape, catalog: now, baseline: table(["a", "b", "c"]))
    #expect(judged.columns.map(\.attributeNumber) == numbers)
    #expect(judged.columns.map(\.name) == wire)
  }

  @Test("two columns of one type that swapped their names are told by their order")
  func swappedWithCatalogAhead() {
    func table(_ names: [String]) -> TableSchema {
      .make([.id] + names.enumerated().map { ColumnSchema($1, .text, number: Int16($0 + 2)) })
    }
    let judged = TableSchema(
      shape: table(["b", "a", "c"]).shape, catalog: table(["b", "a", "c", "d"]), baseline: table(["a", "b", "c"]))
    #expect(judged.columns.map(\.name) == ["id", "b", "a", "c"])
    #expect(judged.columns.map(\.attributeNumber) == [1, 2, 3, 4])
  }

  @Test("a column is not taken for the newer one of its name that comes later in the order")
  func replacedLater() {
    func table(_ columns: [(String, TypeReference, Int16)]) -> TableSchema {
      .make([.id] + columns.map { ColumnSchema($0.0, $0.1, number: $0.2) })
    }
    let judged = TableSchema(
      shape: table([("a", .text, 2), ("b", .int4, 3)]).shape,
      catalog: table([("b", .int4, 3), ("a", .text, 4)]), baseline: table([("a", .varchar(9), 2), ("b", .int4, 3)]))
    #expect(judged.columns.map(\.attributeNumber) == [1, 2, 3])
  }

  @Test("is made of the wire if the catalog is ahead", arguments: ahead.indices)
  func catalogAhead(index: Int) {
    let catalog = Self.users.with(Self.ahead[index].1)
    let table = TableSchema(shape: Self.users.shape, catalog: catalog, baseline: Self.users)
    #expect(table.catalogCompleteness == .wire)
    #expect(table.carriedColumns == Self.users.carriedColumns, "everything is borrowed from the baseline")
    #expect(table.primaryKey == ["id"])
  }

  @Test("borrows only where name, type and modifier are the same")
  func borrowing() {
    let wire = Self.users.with {
      $0.columns[1].type = .varchar(50)
      $0.columns.append(ColumnSchema("phone", .varchar(20), number: 7, notNull: true))
    }
    let table = TableSchema(shape: wire.shape, catalog: nil, baseline: Self.users)
    #expect(table.columns.map(\.name) == ["id", "email", "mood", "phone", "full"])
    #expect(table.column(named: "id") == Self.users.column(named: "id"))
    #expect(table.column(named: "email") == ColumnSchema("email", .varchar(50)))
    #expect(table.column(named: "phone") == ColumnSchema("phone", .varchar(20)))
    #expect(table.column(named: "full")?.generated != nil)
    #expect(table.carriedColumns.map(\.name) == ["id", "email", "mood", "phone"])
  }

  @Test("the attribute number of a column that the baseline lacks comes from the catalog that is ahead")
  func numberFromCatalog() {
    let wire = Self.users.with { $0.columns.append(ColumnSchema("phone", .varchar(20), number: 7)) }
    let now = wire.with { $0.columns.append(ColumnSchema("later", .int4, number: 8)) }
    let table = TableSchema(shape: wire.shape, catalog: now, baseline: Self.users)
    #expect(table.column(named: "phone")?.attributeNumber == 7)
    #expect(table.column(named: "later") == nil)
  }

  @Test("name and replica identity are the wire's")
  func identity() {
    var shape = Self.users.shape
    shape.name = QualifiedName(schema: "public", name: "clients")
    shape.replicaIdentity = .full
    for index in shape.columns.indices { shape.columns[index].isKey = true }
    let table = TableSchema(shape: shape, catalog: Self.users, baseline: nil)
    #expect(table.name.name == "clients")
    #expect(table.replicaIdentity == .full)
    #expect(table.identityColumns == ["id", "email", "mood"])
    // The identity index was dropped: `i` with no key column.
    shape.replicaIdentity = .index
    for index in shape.columns.indices { shape.columns[index].isKey = false }
    #expect(TableSchema(shape: shape, catalog: Self.users, baseline: nil).identityColumns.isEmpty)
  }

  @Test("types come from the TYPE messages, and what they are made of from what is known")
  func types() {
    let announced = { (oid: OID) -> TypeReference? in
      oid.rawValue == 16_400 ? .announced(oid: oid, namespace: "shop", name: "humour") : nil
    }
    let wire = Self.users.with { $0.columns[3].name = "humour" }
    let renamed = TableSchema(shape: wire.shape, types: announced, catalog: nil, baseline: Self.users)
    #expect(renamed.column(named: "humour")?.type.sqlName == "shop.humour")
    #expect(renamed.column(named: "humour")?.type.definition == .enumeration(labels: ["sad", "happy"]))
    let unknown = TableSchema(shape: wire.shape, types: announced, catalog: nil, baseline: nil)
    #expect(unknown.column(named: "humour")?.type.definition == .unknown)
    let nameless = TableSchema(shape: wire.shape, catalog: nil, baseline: nil)
    #expect(nameless.column(named: "humour")?.type.sqlName == "type with OID 16400")
  }

  @Test("a domain is known by its OID, because its TYPE message carries the name of the base type")
  func domains() {
    let domain = TypeReference.domain("shop.price", over: .numeric(10, 2), checks: ["CHECK ((VALUE > 0))"])
    let known = TableSchema.make([.id, ColumnSchema("price", domain)])
    let wire = known.with { $0.columns[1].name = "cost" }
    let announced = { (oid: OID) -> TypeReference? in .announced(oid: oid, namespace: "", name: "numeric") }
    let table = TableSchema(shape: wire.shape, types: announced, catalog: nil, baseline: known)
    #expect(table.column(named: "cost")?.type == domain)
    let unknown = TableSchema(shape: wire.shape, types: announced, catalog: nil, baseline: nil)
    #expect(unknown.column(named: "cost")?.type.withoutDomains == .numeric)
  }

  @Test("shapes are equal if tuples under them read the same")
  func shapeEquality() {
    let shape = Self.users.shape
    #expect(shape == Self.users.shape)
    let changes: [@Sendable (inout RelationShape) -> Void] = [
      { $0.oid = OID(rawValue: 1) }, { $0.name.schema = "x" }, { $0.replicaIdentity = .full },
      { $0.columns[0].isKey = false }, { $0.columns[0].typeModifier = 3 }, { $0.columns[0].typeOID = .invalid },
      { $0.columns.swapAt(0, 1) }, { $0.columns.removeLast() },
    ]
    for (number, change) in changes.enumerated() {
      var other = shape
      change(&other)
      #expect(other != shape, "change \(number)")
    }
    var first = shape
    var second = shape
    first.columns[1].name = "é"
    second.columns[1].name = "e\u{301}"
    #expect(first != second, "names are bytes")
    #expect(Set([first, second]).count == 2)
  }
}
