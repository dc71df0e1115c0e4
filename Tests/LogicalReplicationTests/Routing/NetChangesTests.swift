import PostgresTypes
import SchemaDrift
import Testing

@testable import LogicalReplication

/// A table in memory, keyed by the first column: what the target would hold.
private struct ModelTable: Equatable {
  var rows: [FixtureValue: [FixtureValue]] = [:]

  mutating func insert(_ row: [FixtureValue]) {
    #expect(rows[row[0]] == nil, "a net insert never meets its key")
    rows[row[0]] = row
  }

  mutating func update(key: FixtureValue, to new: [FixtureValue]) {
    guard let old = rows.removeValue(forKey: key) else {
      Issue.record("an update finds its row")
      return
    }
    let merged = zip(new, old).map { $0 == .unchanged ? $1 : $0 }
    rows[merged[0]] = merged
  }

  mutating func delete(key: FixtureValue) {
    #expect(rows.removeValue(forKey: key) != nil, "a delete finds its row")
  }

  /// Writes a stretch as the target would: all deletes, all updates, all inserts.
  mutating func write(_ changes: NetChanges) {
    for index in changes.sortedIndices(where: { $0.kind == .delete || $0.kind == .replace }) {
      delete(key: changes.withKey(index) { .text(String(decoding: $0.dropFirst(4), as: UTF8.self)) })
    }
    for index in changes.sortedIndices(where: { $0.kind == .update }) {
      let new = TupleFixture.values(changes.entries[index].new!)
      update(key: new[0], to: new)
    }
    for index in changes.sortedIndices(where: { $0.kind == .insert || $0.kind == .replace }) {
      insert(TupleFixture.values(changes.entries[index].new!))
    }
  }

  mutating func write(_ change: PendingTable.OrderedChange) {
    let new = change.new.map(TupleFixture.values)
    let old = change.old.map(TupleFixture.values)
    switch change.kind {
    case .insert: insert(new!)
    case .update: update(key: (old ?? new!)[0], to: new!)
    case .delete: delete(key: old![0])
    }
  }
}

@Suite("Net changes")
struct NetChangesTests {
  /// Random histories of one table, each change applied to a model at once and collected as a batch: written as a batch,
  /// the changes end in the same rows. Keys are few, so that rows come, change, move, go and come back in one batch; some
  /// values are unchanged TOAST; half of the histories send whole old rows, as REPLICA IDENTITY FULL does.
  @Test("end in the same rows as the changes one by one", arguments: 0..<400)
  func sameRows(seed: UInt64) {
    var random = SplitMix(state: seed)
    let fixture = TupleFixture()
    let isFull = seed.isMultiple(of: 2)
    let plan = Self.plan(isFull: isFull)
    let pending = PendingTable(plan: plan, keepsOrder: seed.isMultiple(of: 7), scratch: ScratchArena())
    var source = ModelTable()
    var target = ModelTable()
    for key in 0..<4 where random.chance(2) {
      let row: [FixtureValue] = [.text("\(key)"), .text("start"), .text("toast")]
      source.insert(row)
      target.insert(row)
    }
    for step in 0..<Int(random.next() % 60) {
      let key = FixtureValue.text("\(random.next() % 6)")
      let value = random.chance(5) ? FixtureValue.null : .text("v\(step)")
      if let row = source.rows[key] {
        let old = isFull ? row : [row[0], .null, .null]
        if random.chance(3) {
          source.delete(key: key)
          pending.delete(old: fixture.tuple(old))
        } else {
          let newKey = random.chance(4) ? FixtureValue.text("\(random.next() % 6)") : key
          guard newKey == key || source.rows[newKey] == nil else { continue }
          let new: [FixtureValue] = [newKey, value, random.chance(2) ? .unchanged : .text("t\(step)")]
          source.update(key: key, to: new)
          pending.update(
            old: isFull || newKey != key ? fixture.tuple(old) : nil, new: fixture.tuple(new))
        }
      } else {
        let row: [FixtureValue] = [key, value, .text("t\(step)")]
        source.insert(row)
        pending.insert(fixture.tuple(row))
      }
    }
    for stretch in pending.stretches {
      switch stretch {
      case .net(let changes): target.write(changes)
      case .ordered(let changes): for change in changes { target.write(change) }
      }
    }
    #expect(target == source)
  }

  @Test("a row that changes often is written once")
  func hotRow() {
    let fixture = TupleFixture()
    let pending = PendingTable(plan: Self.plan(isFull: false), keepsOrder: false, scratch: ScratchArena())
    for step in 0..<1000 { pending.update(old: nil, new: fixture.tuple([.text("1"), .text("\(step)"), .unchanged])) }
    guard case .net(let changes)? = pending.stretches.first, pending.stretches.count == 1 else {
      Issue.record("one stretch of net changes was expected")
      return
    }
    #expect(changes.entries.count == 1)
    #expect(TupleFixture.values(changes.entries[0].new!) == [.text("1"), .text("999"), .unchanged])
    #expect(pending.changeCount == 1000)
  }

  @Test("an update that moves a key keeps its unchanged value, because it stays an update")
  func movedKey() {
    let fixture = TupleFixture()
    let pending = PendingTable(plan: Self.plan(isFull: false), keepsOrder: false, scratch: ScratchArena())
    pending.update(
      old: fixture.tuple([.text("1"), .null, .null]), new: fixture.tuple([.text("2"), .text("x"), .unchanged]))
    guard case .ordered(let changes)? = pending.stretches.first else {
      Issue.record("a moved key is kept in order")
      return
    }
    #expect(changes.count == 1 && changes[0].kind == .update)
    #expect(TupleFixture.values(changes[0].new!)[2] == .unchanged)
  }

  @Test("sorts integer keys as numbers")
  func sortedKeys() {
    let fixture = TupleFixture()
    let pending = PendingTable(plan: Self.plan(isFull: false), keepsOrder: false, scratch: ScratchArena())
    for key in [10, -3, 9, 100, 0] { pending.update(old: nil, new: fixture.tuple([.text("\(key)"), .null, .null])) }
    guard case .net(let changes)? = pending.stretches.first else { return }
    let keys = changes.sortedIndices { _ in true }.map { TupleFixture.values(changes.entries[$0].new!)[0] }
    #expect(keys == [.text("-3"), .text("0"), .text("9"), .text("10"), .text("100")])
  }

  private static func plan(isFull: Bool) -> ApplyPlan {
    let text = TypeReference(
      oid: OID(rawValue: 25), name: QualifiedName(schema: "pg_catalog", name: "text"), sqlName: "text")
    let names = ["id", "value", "toasted"]
    let columns = names.enumerated().map {
      ColumnSchema(name: $0.element, attributeNumber: Int16($0.offset + 1), type: text)
    }
    let target = TableSchema(
      oid: OID(rawValue: 1), name: QualifiedName(schema: "public", name: "t"), columns: columns,
      keys: [KeySchema(name: "t_pkey", columns: ["id"], isPrimary: true)], primaryKey: ["id"])
    let shape = RelationShape(
      oid: OID(rawValue: 1), name: target.name, replicaIdentity: isFull ? .full : .default,
      columns: names.map { WireColumn(name: $0, isKey: isFull || $0 == "id", typeOID: text.oid) })
    let verdict = CompatibilityVerdict(
      table: target.name, outcome: .compatible, findings: [],
      columns: names.enumerated().map {
        ColumnMapping(source: $0.element, ordinal: $0.offset, target: $0.element, conversion: .identical)
      }, rowIdentity: .key(columns: ["id"], index: "t_pkey"))
    return ApplyPlan(id: 1, shape: shape, verdict: verdict, target: target)
  }
}

/// A small generator whose whole state is its seed, so that a failing case replays.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// True one time in `count`.
  mutating func chance(_ count: UInt64) -> Bool { next().isMultiple(of: count) }
}
