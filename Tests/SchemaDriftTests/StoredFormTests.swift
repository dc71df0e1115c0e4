import Foundation
import PostgresTypes
import Testing

@testable import SchemaDrift

/// The JSON that the catalog keeps: a later pgsyncd must read what an earlier one wrote.
@Suite("The stored form of a table")
struct StoredFormTests {
  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private func decoded<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(json.utf8))
  }

  @Test("is compact and leaves out what says nothing")
  func compact() throws {
    let table = TableSchema.make([.id, ColumnSchema("email", .varchar(40))])
    #expect(
      try json(table) == #"{"columns":[{"attnum":1,"name":"id","not_null":true,"type":{"name":"int8","oid":20,"#
        + #""schema":"pg_catalog","sql":"bigint"}},"#
        + #"{"attnum":2,"name":"email","type":{"cast":"character varying","modifier":44,"#
        + #""name":"varchar","oid":1043,"schema":"pg_catalog","sql":"character varying(40)"}}],"#
        + #""completeness":"catalog","identity_columns":["id"],"keys":[{"columns":["id"],"#
        + #""immediate":true,"name":"users_pkey","partial_or_expression":false,"primary":true}],"#
        + #""kind":"r","name":"users","oid":16385,"primary_key":["id"],"replica_identity":"d","#
        + #""schema":"public","version":1}"#)
  }

  static let definitions: [(TypeDefinition, String)] = [
    (.base, #"{"kind":"base"}"#), (.pseudo, #"{"kind":"pseudo"}"#), (.unknown, #"{"kind":"unknown"}"#),
    (.enumeration(labels: ["a", "b"]), #"{"kind":"enum","labels":["a","b"]}"#),
    (
      .array(element: .int4),
      #"{"element":{"name":"int4","oid":23,"schema":"pg_catalog","sql":"integer"},"kind":"array"}"#
    ),
    (
      .domain(base: .text, isNotNull: true, checks: ["CHECK (x)"]),
      #"{"base":{"name":"text","oid":25,"schema":"pg_catalog","sql":"text"},"#
        + #""checks":["CHECK (x)"],"kind":"domain","not_null":true}"#
    ),
    (
      .composite([CompositeAttribute(name: "x", type: .int4)]),
      #"{"attributes":[{"name":"x","type":{"name":"int4","oid":23,"schema":"pg_catalog","#
        + #""sql":"integer"}}],"kind":"composite"}"#
    ),
    (
      .range(subtype: .int4),
      #"{"kind":"range","subtype":{"name":"int4","oid":23,"schema":"pg_catalog","sql":"integer"}}"#
    ),
  ]

  @Test("writes every kind of type by name", arguments: definitions.indices)
  func kindsOfTypes(index: Int) throws {
    let (definition, expected) = Self.definitions[index]
    #expect(try json(definition) == expected)
    #expect(try decoded(TypeDefinition.self, expected) == definition)
  }

  @Test("comes back as it was")
  func roundTrip() throws {
    for seed in 0..<300 {
      var generator = SchemaGenerator(seed: UInt64(seed))
      var table = generator.table()
      table.publishedColumns = generator.chance(30) ? table.columns.map(\.name) : nil
      table.rowFilter = generator.chance(30) ? "(id > 3)" : nil
      table.relationFileNode = UInt32(seed)
      table.firingTriggers = generator.chance(30) ? ["audit"] : []
      table.foreignKeys = [
        ForeignKey(name: "fk", columns: ["a"], referencedTable: QualifiedName(schema: "s", name: "t"))
      ]
      table.rowSecurityApplies = generator.chance(50)
      table.partitionKey = generator.chance(50) ? "RANGE (id)" : nil
      table.partitions = [
        TablePartition(
          name: QualifiedName(schema: "s", name: "p"), parent: table.name, bound: "DEFAULT", partitionKey: nil)
      ]
      table.catalogCompleteness = generator.pick([.catalog, .wire])
      let back = try decoded(TableSchema.self, try json(table))
      #expect(back == table, "seed \(seed)")
      #expect(SchemaFingerprint(of: back) == SchemaFingerprint(of: table), "seed \(seed)")
    }
  }

  @Test("a newer version is refused, not misunderstood")
  func newerVersion() {
    #expect(throws: DecodingError.self) {
      try decoded(
        TableSchema.self,
        #"{"columns":[],"completeness":"catalog","kind":"r","name":"users","oid":1,"#
          + #""replica_identity":"d","schema":"public","version":2}"#)
    }
  }

  @Test("overrides are written with the words of pgsyncd.yaml, and only what is said")
  func overrides() throws {
    let overrides = PolicyOverrides(
      sourceAddedColumns: .stopOnValue, safeCastsAllowed: false, skipColumns: ["b", "a"],
      allowTypeCasts: ["price": "integer"])
    #expect(
      try json(overrides)
        == #"{"allow_type_cast":{"price":"integer"},"safe_casts_allowed":false,"skip_columns":["a","b"],"#
        + #""source_added_columns":"stop_on_value"}"#)
    #expect(try decoded(PolicyOverrides.self, try json(overrides)) == overrides)
    #expect(try json(PolicyOverrides.none) == "{}")
    #expect(try decoded(PolicyOverrides.self, "{}") == .none)
  }
}
