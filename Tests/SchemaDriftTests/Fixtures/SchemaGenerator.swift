import PostgresTypes

@testable import SchemaDrift

/// Makes tables from a seed, with names that are as nasty as names can be.
struct SchemaGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[Int.random(in: 0..<choices.count, using: &self)]
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

  /// A text of letters that matter to quoting and to the canonical form.
  mutating func name() -> String {
    let pieces = [
      "a", "b", "\"", "\\", " ", "\n", "n", ",", "(", ")", "é", "e\u{301}", "not-null", "type", ".", "'", "\r\n",
    ]
    return (0..<Int.random(in: 1...3, using: &self)).map { _ in pick(pieces) }.joined()
  }

  mutating func type(depth: Int = 2) -> TypeReference {
    let simple: [TypeReference] = [
      .int4, .int8, .text, .numeric, .numeric(10, 2), .numeric(12, 4), .varchar(20), .varchar(5), .char(3), .timestamp,
      .timestamptz, .bool, .array(of: .int4),
    ]
    guard depth > 0, chance(30) else { return pick(simple) }
    let name = pick(["t", "u"])
    switch Int.random(in: 0..<4, using: &self) {
    case 0: return .enumeration(name, (0..<Int.random(in: 0...3, using: &self)).map { _ in self.name() })
    case 1:
      let checks = chance(50) ? ["CHECK (\(self.name()))"] : []
      return .domain(name, over: type(depth: depth - 1), isNotNull: chance(50), checks: checks)
    case 2:
      let count = Int.random(in: 0...2, using: &self)
      return .composite(name, (0..<count).map { _ in (self.name(), type(depth: depth - 1)) })
    default: return .array(of: pick([.int8, .varchar(5), .numeric(10, 2), .enumeration(name, [self.name()])]))
    }
  }

  mutating func column(_ name: String) -> ColumnSchema {
    ColumnSchema(name, type(), notNull: chance(40)).with { column in
      if chance(30) { column.defaultExpression = self.name() }
      if chance(10) { column.generated = GeneratedColumn(kind: pick([.stored, .virtual]), expression: self.name()) }
      if chance(10) { column.identity = pick([.always, .byDefault]) }
      if chance(10) { column.collation = QualifiedName(schema: "pg_catalog", name: self.name()) }
    }
  }

  /// A table with distinct names (byte by byte) and, mostly, a primary key.
  mutating func table() -> TableSchema {
    var names: [String] = []
    var seen: Set<NameKey> = []
    for _ in 0..<Int.random(in: 1...5, using: &self) {
      let name = name()
      if seen.insert(NameKey(name)).inserted { names.append(name) }
    }
    let columns = names.map { column($0) }
    let carried = columns.filter { $0.generated == nil }.map(\.name)
    let key = chance(80) ? Array(carried.prefix(Int.random(in: 0...2, using: &self))) : []
    return .make(columns, key: key).with { $0.replicaIdentity = pick(ReplicaIdentity.allCases) }
  }
}
