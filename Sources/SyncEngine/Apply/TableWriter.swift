import LibPQ
import LogicalReplication
import PostgresTypes

/// Writes the pending changes of one table, stretch by stretch.
struct TableWriter {
  /// From so many rows on an array statement pays for itself.
  static let arrayRowsMin = 4
  /// From so many rows on COPY does: it costs a round trip of its own.
  static let copyRowsMin = 50
  /// At most so many rows go into one array statement.
  static let arrayRowsMax = 20_000
  private static let copyBufferBytes = 256 << 10

  let session: TargetSession
  let plan: ApplyPlan
  private let statements: ApplyStatements

  init(session: TargetSession, plan: ApplyPlan) {
    self.session = session
    self.plan = plan
    statements = ApplyStatements(plan)
  }

  /// Writes all stretches in order.
  ///
  /// - Parameters:
  ///   - isExact: an INSERT whose key is taken overwrites the row instead of failing; slower.
  /// - Returns: the number of rows that were overwritten so.
  func write(_ pending: PendingTable, isExact: Bool) throws -> Int {
    try session.begin()
    var overwritten = 0
    for stretch in pending.stretches {
      switch stretch {
      case .net(let changes): try write(changes)
      case .ordered(let changes): overwritten += try write(changes, isExact: isExact)
      }
    }
    return overwritten
  }

  // MARK: Net changes

  private func write(_ changes: NetChanges) throws {
    try delete(changes)
    try update(changes)
    let inserts = changes.sortedIndices { $0.kind == .insert || $0.kind == .replace }
    try insert(inserts.count) { changes.entries[inserts[$0]].new }
  }

  private func delete(_ changes: NetChanges) throws {
    let indices = changes.sortedIndices { $0.kind == .delete || $0.kind == .replace }
    let keyCount = plan.columns.count { $0.isKey }
    guard indices.count >= Self.arrayRowsMin else {
      for index in indices {
        bindKey(changes, index)
        try session.send(StatementKey(plan: plan.id, kind: .deleteRow), table: plan.sourceOID, expecting: .rows(1)) {
          statements.deleteRow()
        }
      }
      return
    }
    for part in indices.chunked(Self.arrayRowsMax) {
      var arrays = TextArrays(columns: keyCount)
      for index in part {
        changes.withKey(index) { arrays.append(key: $0, from: 0) }
        arrays.endRow()
      }
      arrays.bind(to: session.parameters)
      try session.send(
        StatementKey(plan: plan.id, kind: .deleteArray), table: plan.sourceOID, expecting: .rows(part.count)
      ) { statements.deleteArray() }
    }
  }

  private func update(_ changes: NetChanges) throws {
    var groups: [ColumnMask: [Int]] = [:]
    var order: [ColumnMask] = []
    for index in changes.sortedIndices(where: { $0.kind == .update }) {
      guard let new = changes.entries[index].new else { continue }
      let mask = ColumnMask(valuesOf: new, plan: plan)
      if groups[mask] == nil { order.append(mask) }
      groups[mask, default: []].append(index)
    }
    for mask in order {
      guard let indices = groups[mask], let sql = statements.updateArray(setting: mask) else { continue }
      if indices.count < Self.arrayRowsMin {
        for index in indices {
          guard let new = changes.entries[index].new else { continue }
          session.parameters.removeAll()
          bind(new) { mask.contains($0) && isSettable($0, includingKey: false) }
          bind(new) { plan.columns[$0].isKey }
          try session.send(
            StatementKey(plan: plan.id, kind: .updateRow, mask: mask), table: plan.sourceOID, expecting: .rows(1)
          ) { statements.updateRow(setting: mask, includingKey: false) ?? sql }
        }
      } else {
        try updateArrays(changes, indices, mask, sql)
      }
    }
  }

  private func updateArrays(_ changes: NetChanges, _ indices: [Int], _ mask: ColumnMask, _ sql: String) throws {
    // Where each column of a tuple goes: its place among the arrays of the statement, or −1.
    let set = plan.columns.indices.filter { mask.contains($0) && isSettable($0, includingKey: false) }
    let keys = plan.columns.indices.filter { plan.columns[$0].isKey }
    var arrayOfOrdinal = [Int](repeating: -1, count: plan.wireColumnCount)
    for (array, place) in (set + keys).enumerated() { arrayOfOrdinal[plan.columns[place].ordinal] = array }
    for part in indices.chunked(Self.arrayRowsMax) {
      var arrays = TextArrays(columns: set.count + keys.count)
      for index in part {
        guard let new = changes.entries[index].new else { continue }
        var columns = new.columns
        var ordinal = 0
        while let column = columns.next() {
          let array = arrayOfOrdinal[ordinal]
          if array >= 0 { arrays.append(column, to: array) }
          ordinal += 1
        }
        arrays.endRow()
      }
      arrays.bind(to: session.parameters)
      try session.send(
        StatementKey(plan: plan.id, kind: .updateArray, mask: mask), table: plan.sourceOID, expecting: .rows(part.count)
      ) { sql }
    }
  }

  /// Inserts rows that are all new: by COPY, by arrays or one by one, whichever is cheapest for so many.
  private func insert(_ count: Int, _ tuple: (Int) -> TupleBytes?) throws {
    if plan.columns.isEmpty || count < Self.arrayRowsMin {
      for index in 0..<count {
        guard let new = tuple(index) else { continue }
        session.parameters.removeAll()
        bind(new) { _ in true }
        try session.send(StatementKey(plan: plan.id, kind: .insertRow), table: plan.sourceOID, expecting: .success) {
          statements.insertRow()
        }
      }
    } else if count < Self.copyRowsMin || plan.castsValues {
      for part in Array(0..<count).chunked(Self.arrayRowsMax) { try insertArrays(part, tuple) }
    } else {
      try copy(count, tuple)
    }
  }

  private func insertArrays(_ part: ArraySlice<Int>, _ tuple: (Int) -> TupleBytes?) throws {
    var arrays = TextArrays(columns: plan.columns.count)
    for index in part {
      guard let new = tuple(index) else { continue }
      var columns = new.columns
      var ordinal = 0
      while let column = columns.next() {
        let place = plan.placeOfOrdinal[ordinal]
        if place >= 0 { arrays.append(column, to: place) }
        ordinal += 1
      }
      arrays.endRow()
    }
    arrays.bind(to: session.parameters)
    try session.send(StatementKey(plan: plan.id, kind: .insertArray), table: plan.sourceOID, expecting: .success) {
      statements.insertArray()
    }
  }

  private func copy(_ count: Int, _ tuple: (Int) -> TupleBytes?) throws {
    try session.outsidePipeline { connection in
      do throws(PostgresError) {
        try connection.copyIn(statements.copyIn())
        var encoder = CopyTextEncoder()
        for index in 0..<count {
          guard let new = tuple(index) else { continue }
          encoder.append(new, plan: plan)
          if encoder.byteCount >= Self.copyBufferBytes {
            try encoder.drain { (bytes) throws(PostgresError) in try connection.putCopyData(bytes) }
          }
        }
        try encoder.drain { (bytes) throws(PostgresError) in try connection.putCopyData(bytes) }
        _ = try connection.endCopyIn()
      } catch {
        if error.endsConnection { throw SyncError.postgres(error, during: "copying into \(plan.target)") }
        throw ApplyFailure(table: plan.sourceOID, error: error)
      }
    }
  }

  // MARK: Changes in order

  private func write(_ changes: [PendingTable.OrderedChange], isExact: Bool) throws -> Int {
    var overwritten = 0
    var index = 0
    while index < changes.count {
      let change = changes[index]
      switch change.kind {
      case .insert:
        if isExact {
          overwritten += try insertOrOverwrite(change)
          index += 1
        } else {
          let end = changes[index...].firstIndex { $0.kind != .insert } ?? changes.count
          try insert(end - index) { changes[index + $0].new }
          index = end
        }
      case .update:
        try update(change)
        index += 1
      case .delete:
        try delete(change)
        index += 1
      }
    }
    return overwritten
  }

  /// Inserts a row, or overwrites the one that has its primary key.
  private func insertOrOverwrite(_ change: PendingTable.OrderedChange) throws -> Int {
    guard let new = change.new else { return 0 }
    session.parameters.removeAll()
    bind(new) { _ in true }
    guard !plan.conflictColumns.isEmpty else {
      try session.send(StatementKey(plan: plan.id, kind: .insertRow), table: plan.sourceOID, expecting: .success) {
        statements.insertRow()
      }
      return 0
    }
    var inserted = 0
    try session.send(
      StatementKey(plan: plan.id, kind: .insertRowUnlessExists), table: plan.sourceOID,
      expecting: .affected { inserted = $0 }
    ) { statements.insertRowUnlessExists() }
    try session.collect()
    guard inserted == 0 else { return 0 }
    if let sql = statements.overwriteRow() {
      session.parameters.removeAll()
      bind(new) { statements.isUsedToOverwrite(plan.columns[$0]) }
      try session.send(StatementKey(plan: plan.id, kind: .overwriteRow), table: plan.sourceOID, expecting: .rows(1)) {
        sql
      }
    }
    try setIdentityBesideKey(new)
    return 1
  }

  private func update(_ change: PendingTable.OrderedChange) throws {
    guard let new = change.new else { return }
    let mask = ColumnMask(valuesOf: new, plan: plan)
    session.parameters.removeAll()
    switch plan.matching {
    case .none: preconditionFailure("a table whose rows cannot be found stops before an update reaches its writer")
    case .fullRow:
      guard let old = change.old else { return }
      if plan.hasIdentityBesideKey, hasOtherIdentity(new, old) {
        bind(new) { mask.contains($0) }
        bind(old) { _ in true }
        try session.send(
          StatementKey(plan: plan.id, kind: .moveFullRow, mask: mask), table: plan.sourceOID, expecting: .rows(1)
        ) { statements.moveFullRow(setting: mask) }
        return
      }
      guard let sql = statements.updateFullRow(setting: mask) else { return }
      bind(new) { mask.contains($0) && isSettable($0, includingKey: true) }
      bind(old) { _ in true }
      try session.send(
        StatementKey(plan: plan.id, kind: .updateFullRow, mask: mask), table: plan.sourceOID, expecting: .rows(1)
      ) { sql }
    case .key:
      let old = change.old ?? new
      if change.old != nil, plan.columns.contains(where: { $0.isKey && $0.isAlwaysIdentity }) {
        bind(new) { mask.contains($0) }
        bind(old) { plan.columns[$0].isKey }
        try session.send(
          StatementKey(plan: plan.id, kind: .moveIdentityRow, mask: mask), table: plan.sourceOID, expecting: .rows(1)
        ) { statements.moveIdentityRow(setting: mask) }
        return
      }
      let includesKey = change.old != nil
      if let sql = statements.updateRow(setting: mask, includingKey: includesKey) {
        bind(new) { mask.contains($0) && isSettable($0, includingKey: includesKey) }
        bind(old) { plan.columns[$0].isKey }
        try session.send(
          StatementKey(plan: plan.id, kind: includesKey ? .updateRowAndKey : .updateRow, mask: mask),
          table: plan.sourceOID, expecting: .rows(1)
        ) { sql }
      }
      try setIdentityBesideKey(new)
    }
  }

  /// Gives a row, found by its new key, the value of a GENERATED ALWAYS identity column if it has another one.
  private func setIdentityBesideKey(_ new: TupleBytes) throws {
    guard plan.hasIdentityBesideKey, case .key = plan.matching else { return }
    let mask = ColumnMask(valuesOf: new, plan: plan)
    session.parameters.removeAll()
    bind(new) { mask.contains($0) }
    bind(new) { plan.columns[$0].isKey }
    try session.send(
      StatementKey(plan: plan.id, kind: .moveRowOfOtherIdentity, mask: mask), table: plan.sourceOID,
      expecting: .success
    ) { statements.moveRowOfOtherIdentity(setting: mask) }
  }

  private func hasOtherIdentity(_ new: TupleBytes, _ old: TupleBytes) -> Bool {
    var newColumns = new.columns
    var oldColumns = old.columns
    var ordinal = 0
    while let new = newColumns.next(), let old = oldColumns.next() {
      defer { ordinal += 1 }
      let place = plan.placeOfOrdinal[ordinal]
      guard place >= 0, plan.columns[place].isAlwaysIdentity else { continue }
      if new.kind != old.kind || !new.value.elementsEqual(old.value) { return true }
    }
    return false
  }

  private func delete(_ change: PendingTable.OrderedChange) throws {
    guard let old = change.old else { return }
    session.parameters.removeAll()
    switch plan.matching {
    case .none: preconditionFailure("a table whose rows cannot be found stops before a delete reaches its writer")
    case .fullRow:
      bind(old) { _ in true }
      try session.send(StatementKey(plan: plan.id, kind: .deleteFullRow), table: plan.sourceOID, expecting: .rows(1)) {
        statements.deleteFullRow()
      }
    case .key:
      bind(old) { plan.columns[$0].isKey }
      try session.send(StatementKey(plan: plan.id, kind: .deleteRow), table: plan.sourceOID, expecting: .rows(1)) {
        statements.deleteRow()
      }
    }
  }

  // MARK: Values

  private func isSettable(_ place: Int, includingKey: Bool) -> Bool {
    let column = plan.columns[place]
    return (includingKey || !column.isKey) && !column.isAlwaysIdentity
  }

  private func bind(_ tuple: TupleBytes, where isIncluded: (Int) -> Bool) {
    var columns = tuple.columns
    var ordinal = 0
    while let column = columns.next() {
      defer { ordinal += 1 }
      let place = plan.placeOfOrdinal[ordinal]
      guard place >= 0, isIncluded(place) else { continue }
      if column.kind == TupleColumn.null {
        session.parameters.appendNull()
      } else {
        session.parameters.append(text: column.value)
      }
    }
  }

  private func bindKey(_ changes: NetChanges, _ index: Int) {
    session.parameters.removeAll()
    changes.withKey(index) { key in
      var position = 0
      while position < key.count {
        let length = Int(UInt32(bigEndian: key.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        position += 4
        session.parameters.append(text: UnsafeRawBufferPointer(rebasing: key[position..<position + length]))
        position += length
      }
    }
  }
}

extension Array {
  /// The array in parts of at most so many elements.
  fileprivate func chunked(_ size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
