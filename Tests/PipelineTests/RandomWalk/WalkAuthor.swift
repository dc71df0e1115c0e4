/// Writes a walk down, step by step, and keeps track of what the source's tables are like meanwhile.
struct WalkAuthor {
  /// Two tables that never drift and are never paused, and whose sums change only together.
  static let ledgerRows = 8

  var random: WalkRandom
  private(set) var tables: [WalkTable] = []
  /// The labels of the enum `mood` that rows may have.
  private var labels = ["sad", "ok", "happy"]
  private var isServiceUp = true
  private var salt = 0
  /// True if some steps rewrite rows in ways that the stream does not carry.
  private let isRewriting: Bool
  /// True if servers die.
  private let isCrashing: Bool

  init(seed: Int) {
    random = WalkRandom(seed: UInt64(bitPattern: Int64(seed)))
    isRewriting = random.chance(45)
    isCrashing = random.chance(12)
    let kinds: [WalkTable.Kind] =
      [.keyed, .journal] + (0..<random.number(1...3)).map { _ in random.pick(WalkTable.Kind.allCases) }
    for (index, kind) in kinds.enumerated() {
      var table = WalkTable(
        index: index, kind: kind, name: random.chance(20) ? "\"T \(index)\"\"x\"" : "t\(index)", columns: [])
      table.isMatchedByRow = kind == .fullIdentity
      for _ in 0..<random.number(2...5) {
        let type = random.pick(WalkType.all)
        table.columns.append(.init(name: table.newColumnName(&random), type: type))
      }
      tables.append(table)
    }
  }

  // MARK: The beginning and the end

  mutating func sourceSchema() -> String {
    var sql = common + tables.map { definition(of: $0, isPartitioned: $0.kind == .partitioned) }.joined()
    sql += """
      INSERT INTO ledger_left SELECT g, 100 FROM generate_series(1, \(Self.ledgerRows)) g;
      INSERT INTO ledger_right SELECT g, 100 FROM generate_series(1, \(Self.ledgerRows)) g;

      """
    for index in tables.indices where random.chance(80) { sql += insert(index, rows: random.number(5...60)) + ";\n" }
    return sql
  }

  /// As the source's, but that a partitioned table may be a plain one there.
  mutating func targetSchema() -> String {
    // The rows and the tables' state came with the source's schema, the columns are still the same.
    common
      + tables.map { table in
        definition(of: table, isPartitioned: table.kind == .partitioned && table.index.isMultiple(of: 2))
      }.joined()
  }

  private var common: String {
    """
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
    CREATE TABLE ledger_left (id int PRIMARY KEY, amount int NOT NULL);
    CREATE TABLE ledger_right (id int PRIMARY KEY, amount int NOT NULL);

    """
  }

  private func definition(of table: WalkTable, isPartitioned: Bool) -> String {
    var parts = ["id bigint" + (table.kind == .journal || table.kind == .fullIdentity ? "" : " NOT NULL")]
    if table.kind == .compositeKey { parts.append("part text NOT NULL") }
    parts += table.columns.map { "\($0.name) \($0.type.sql)" }
    switch table.kind {
    case .keyed, .partitioned: parts.append("PRIMARY KEY (id)")
    case .compositeKey: parts.append("PRIMARY KEY (part, id)")
    case .journal, .fullIdentity: break
    }
    var sql = "CREATE TABLE \(table.name) (\(parts.joined(separator: ", ")))"
    if isPartitioned {
      sql += " PARTITION BY HASH (id);\n"
      for remainder in 0..<3 {
        sql += """
          CREATE TABLE "part \(table.index) \(remainder)" PARTITION OF \(table.name) \
          FOR VALUES WITH (MODULUS 3, REMAINDER \(remainder));

          """
      }
    } else {
      sql += ";\n"
      for column in table.columns where column.type == .document {
        sql += "ALTER TABLE \(table.name) ALTER COLUMN \(column.name) SET STORAGE EXTERNAL;\n"
      }
    }
    if table.kind == .fullIdentity { sql += "ALTER TABLE \(table.name) REPLICA IDENTITY FULL;\n" }
    return sql
  }

  mutating func lastChanges() -> String {
    tables.indices.map { insert($0, rows: 2) + ";\n" }.joined() + ledgerMove() + ";"
  }

  // MARK: Steps

  mutating func actions(stepsMax: Int) -> [WalkAction] {
    var actions: [WalkAction] = []
    for _ in 0..<min(random.number(20...50), stepsMax) { actions += step() }
    if !isServiceUp { actions.append(.strike(.start)) }
    return actions
  }

  private enum Step {
    case data
    case schema
    case operation
    case targetChange
    case kill
    case terminate
    case endSessions
    case crash
    case check
  }

  private mutating func step() -> [WalkAction] {
    if !isServiceUp, random.chance(40) { return start() }
    let step = random.pick(weighted: [
      (50, Step.data), (16, .schema), (16, .operation), (4, .targetChange), (7, .kill), (2, .terminate),
      (3, .endSessions), (isCrashing ? 3 : 0, .crash), (5, .check),
    ])
    switch step {
    case .data: return [.source(transaction(withSchemaChange: false))]
    case .schema: return [.source(random.chance(12) ? newLabel() : transaction(withSchemaChange: true))]
    case .operation:
      let operation = random.pick(weighted: [
        (10, WalkOperation.fixAndResume), (3, .fix), (4, .resume), (4, .pause), (2, .resync),
      ])
      return [.operate(operation, table: random.number(0...tables.count - 1))]
    case .targetChange: return [targetChange()]
    case .kill where isServiceUp:
      isServiceUp = false
      return [
        .strike(.kill(afterMilliseconds: random.number(0...9) < 6 ? random.number(0...25) : random.number(0...250)))
      ]
        + (random.chance(60) ? start() : [])
    case .terminate where isServiceUp:
      isServiceUp = false
      return [.strike(.terminate)]
    case .kill, .terminate: return start()
    case .endSessions: return [.strike(.endSessions(onSource: random.chance(50)))]
    case .crash: return [.strike(.crash(ofSource: random.chance(50)))]
    case .check: return [.check]
    }
  }

  private mutating func start() -> [WalkAction] {
    if random.chance(15) { return [.strike(.runOnce)] }
    isServiceUp = true
    return [.strike(.start)]
  }

  // MARK: Transactions on the source

  private mutating func transaction(withSchemaChange: Bool) -> String {
    let table = random.number(0...tables.count - 1)
    var statements: [String] = []
    if random.chance(5) { statements += ["SELECT 1", "ROLLBACK", "BEGIN"] }
    if withSchemaChange {
      // With or without rows around it: several shapes in one transaction, or a change that no row follows.
      if random.chance(50) { statements.append(change(table)) }
      statements += schemaChange(table)
      if random.chance(75) { statements.append(change(table)) }
      if random.chance(20) {
        statements += schemaChange(table)
        statements.append(change(table))
      }
    } else {
      for _ in 0..<random.number(1...4) {
        if random.chance(8) { statements += takenBack(table) }
        statements.append(change(random.chance(70) ? table : random.number(0...tables.count - 1)))
      }
    }
    if random.chance(40) { statements.append(ledgerMove()) }
    return "BEGIN; " + statements.joined(separator: "; ") + "; COMMIT"
  }

  /// A subtransaction that never was: its rows, and its shapes, do not leave the source.
  private mutating func takenBack(_ table: Int) -> [String] {
    let before = tables
    defer { tables = before }
    return ["SAVEPOINT s", change(table)] + (random.chance(60) ? schemaChange(table) + [change(table)] : [])
      + ["ROLLBACK TO s"]
  }

  private mutating func ledgerMove() -> String {
    let (from, to, amount) = (
      random.number(1...Self.ledgerRows), random.number(1...Self.ledgerRows), random.number(1...9)
    )
    return """
      UPDATE ledger_left SET amount = amount - \(amount) WHERE id = \(from); \
      UPDATE ledger_right SET amount = amount + \(amount) WHERE id = \(to)
      """
  }

  private mutating func nextSalt() -> Int {
    salt += 1
    return salt
  }

  // MARK: Changes of rows

  private enum Change {
    case insert
    case update
    case delete
    case moveKey
    case truncate
  }

  private mutating func change(_ index: Int) -> String {
    let table = tables[index]
    let isFixed = !table.hasIdentity
    let change = random.pick(weighted: [
      (40, Change.insert), (isFixed || table.columns.isEmpty ? 0 : 35, .update), (isFixed ? 0 : 12, .delete),
      (isFixed ? 0 : 8, .moveKey), (2, .truncate),
    ])
    let modulus = random.number(2...8)
    let rest = random.number(0...modulus - 1)
    switch change {
    case .insert: return insert(index, rows: random.chance(6) ? 300 : random.number(1...20))
    case .update:
      let column = random.pick(table.columns)
      return """
        UPDATE \(table.name) SET \(column.name) = \(value(of: column, number: "id")) WHERE id % \(modulus) = \(rest)
        """
    case .delete: return "DELETE FROM \(table.name) WHERE id % \(modulus + 2) = \(rest)"
    case .moveKey:
      // To a key that no row ever had.
      tables[index].nextID += 1
      return "UPDATE \(table.name) SET id = \(table.nextID) WHERE id = (SELECT min(id) FROM \(table.name))"
    case .truncate: return "TRUNCATE \(table.name)"
    }
  }

  private mutating func insert(_ index: Int, rows: Int) -> String {
    let table = tables[index]
    var names = ["id"]
    var values = ["g"]
    if table.kind == .compositeKey {
      names.append("part")
      values.append("'p' || g % 3")
    }
    for column in table.columns {
      // What is left out is NULL or its default.
      if !column.isNotNull || column.hasDefault, random.chance(12) { continue }
      names.append(column.name)
      values.append(value(of: column, number: "g"))
    }
    tables[index].nextID += rows
    return """
      INSERT INTO \(table.name) (\(names.joined(separator: ", "))) SELECT \(values.joined(separator: ", ")) \
      FROM generate_series(\(table.nextID), \(table.nextID + rows - 1)) g
      """
  }

  private mutating func value(of column: WalkTable.Column, number: String) -> String {
    let value = column.type.value(of: number, salt: nextSalt(), labels: labels)
    if column.isNotNull || random.chance(60) { return value }
    return "CASE WHEN \(number) % 5 = 2 THEN NULL ELSE \(value) END"
  }
}

// MARK: Changes of the schema

extension WalkAuthor {
  private enum SchemaChange {
    case addColumn
    case dropColumn
    case renameColumn
    case alterType
    case setDefault
    case dropDefault
    case setNotNull
    case dropNotNull
    case renameTable
    case identity
    case harmless
    case swapColumns
    case volatileDefault
    case replaceColumn
  }

  fileprivate mutating func schemaChange(_ index: Int) -> [String] {
    let table = tables[index]
    let alter = "ALTER TABLE \(table.name)"
    let change = random.pick(weighted: [
      (30, SchemaChange.addColumn), (12, .dropColumn), (14, .renameColumn), (isRewriting ? 16 : 0, .alterType),
      (5, .setDefault), (3, .dropDefault), (5, .setNotNull), (3, .dropNotNull), (4, .renameTable), (5, .identity),
      (6, .harmless), (3, .swapColumns), (isRewriting ? 4 : 0, .volatileDefault), (isRewriting ? 4 : 0, .replaceColumn),
    ])
    switch change {
    case .addColumn: return [addColumn(index)]
    case .dropColumn:
      guard let place = randomColumn(index), table.columns.count > 1 else { return [addColumn(index)] }
      if tables[index].columns.remove(at: place).isNew { tables[index].hasDroppedNew = true }
      return ["\(alter) DROP COLUMN \(table.columns[place].name)"]
    case .renameColumn:
      guard let place = randomColumn(index) else { return [addColumn(index)] }
      tables[index].columns[place].name = tables[index].newColumnName(&random)
      if table.columns[place].isNew { tables[index].hasRenamedNew = true }
      return ["\(alter) RENAME COLUMN \(table.columns[place].name) TO \(tables[index].columns[place].name)"]
    case .alterType: return alterType(index)
    case .setDefault:
      guard let place = randomColumn(index) else { return [addColumn(index)] }
      let column = table.columns[place]
      tables[index].columns[place].hasDefault = true
      return [
        "\(alter) ALTER COLUMN \(column.name) SET DEFAULT \(column.type.constant(salt: nextSalt(), labels: labels))"
      ]
    case .dropDefault:
      guard let place = randomColumn(index) else { return [addColumn(index)] }
      tables[index].columns[place].hasDefault = false
      return ["\(alter) ALTER COLUMN \(table.columns[place].name) DROP DEFAULT"]
    case .setNotNull:
      guard table.hasIdentity, let place = randomColumn(index) else { return [addColumn(index)] }
      tables[index].columns[place].isNotNull = true
      let column = tables[index].columns[place]
      return [
        "UPDATE \(table.name) SET \(column.name) = \(value(of: column, number: "id")) WHERE \(column.name) IS NULL",
        "\(alter) ALTER COLUMN \(column.name) SET NOT NULL",
      ]
    case .dropNotNull:
      guard let place = randomColumn(index) else { return [addColumn(index)] }
      tables[index].columns[place].isNotNull = false
      return ["\(alter) ALTER COLUMN \(table.columns[place].name) DROP NOT NULL"]
    case .renameTable:
      tables[index].nextColumn += 1
      tables[index].name = "t\(index)_\(tables[index].nextColumn)"
      return ["\(alter) RENAME TO \(tables[index].name)"]
    case .identity:
      guard table.kind == .keyed || table.kind == .compositeKey else { return [addColumn(index)] }
      tables[index].isMatchedByRow = true
      return ["\(alter) REPLICA IDENTITY \(random.pick(["FULL", "DEFAULT"]))"]
    case .harmless:
      return [
        random.pick([
          "CREATE INDEX ON \(table.name) (id)", "GRANT SELECT ON \(table.name) TO PUBLIC",
          "\(alter) ADD CHECK (id > -1000)", "COMMENT ON TABLE \(table.name) IS 'a remark'",
        ])
      ]
    case .swapColumns:
      guard table.columns.count > 1 else { return [addColumn(index)] }
      let one = random.number(0...table.columns.count - 2)
      if table.columns[one...one + 1].contains(where: \.isNew) { tables[index].hasRenamedNew = true }
      let (name, other) = (table.columns[one].name, table.columns[one + 1].name)
      tables[index].columns[one].name = other
      tables[index].columns[one + 1].name = name
      return ["\(name) TO swapped", "\(other) TO \(name)", "swapped TO \(other)"].map { "\(alter) RENAME COLUMN \($0)" }
    case .replaceColumn:
      guard let place = randomColumn(index) else { return [addColumn(index)] }
      let name = table.columns[place].name
      let type = random.chance(50) ? table.columns[place].type : random.pick(WalkType.all)
      tables[index].columns.remove(at: place)
      tables[index].columns.append(.init(name: name, type: type, isNew: true))
      tables[index].hasDroppedNew = true
      tables[index].isRewritten = true
      return ["\(alter) DROP COLUMN \(name)", "\(alter) ADD COLUMN \(name) \(type.sql)"]
    case .volatileDefault:
      let name = tables[index].newColumnName(&random)
      tables[index].columns.append(.init(name: name, type: .integer, hasDefault: true, isNew: true))
      tables[index].isRewritten = true
      return ["\(alter) ADD COLUMN \(name) integer DEFAULT (random() * 1000)::integer"]
    }
  }

  private mutating func randomColumn(_ index: Int) -> Int? {
    let count = tables[index].columns.count
    return count == 0 ? nil : random.number(0...count - 1)
  }

  private mutating func addColumn(_ index: Int) -> String {
    var column = WalkTable.Column(
      name: tables[index].newColumnName(&random), type: random.pick(WalkType.all), isNew: true)
    var sql = "ALTER TABLE \(tables[index].name) ADD COLUMN \(column.name) \(column.type.sql)"
    if random.chance(35) {
      column.hasDefault = true
      column.isNotNull = random.chance(40)
      sql += " DEFAULT \(column.type.constant(salt: nextSalt(), labels: labels))\(column.isNotNull ? " NOT NULL" : "")"
    }
    tables[index].columns.append(column)
    return sql
  }

  private mutating func alterType(_ index: Int) -> [String] {
    guard let place = randomColumn(index) else { return [addColumn(index)] }
    let column = tables[index].columns[place]
    // Of partitions it is not known whether their rows were rewritten.
    let successors = tables[index].kind == .partitioned ? column.type.wider : column.type.successors
    guard !successors.isEmpty else { return [addColumn(index)] }
    let type = random.pick(successors)
    tables[index].columns[place].type = type
    tables[index].columns[place].hasDefault = false
    tables[index].isRewritten = true
    let alter = "ALTER TABLE \(tables[index].name) ALTER COLUMN \(column.name)"
    return (column.hasDefault ? ["\(alter) DROP DEFAULT"] : []) + [
      "\(alter) TYPE \(type.sql) USING \(column.name)::\(type.sql)"
    ]
  }

  /// Later transactions may use it; no RELATION tells of it.
  fileprivate mutating func newLabel() -> String {
    let label = "mood \(labels.count)"
    defer { labels.append(label) }
    let place = random.chance(50) ? " \(random.pick(["BEFORE", "AFTER"])) '\(random.pick(labels))'" : ""
    return "ALTER TYPE mood ADD VALUE '\(label)'\(place)"
  }

  /// What somebody does on the target alone, and may.
  fileprivate mutating func targetChange() -> WalkAction {
    let table = random.number(0...tables.count - 1)
    let number = nextSalt()
    let script = random.pick([
      "ALTER TABLE %T ADD COLUMN own_\(number) text", "ALTER TABLE %T ADD COLUMN own_\(number) int NOT NULL DEFAULT 1",
      "CREATE INDEX ON %T (id)", "ALTER TABLE %T ADD COLUMN own_\(number) timestamptz DEFAULT now()",
      "COMMENT ON TABLE %T IS 'a remark'", "ANALYZE %T",
    ])
    return .target(script, table: table)
  }
}
