import PostgresTypes

extension TableSchema {
  /// The source's table under a shape of the stream.
  ///
  /// The wire is exact at its place in the stream, the catalog says *now* and may be ahead. So the catalog's table is
  /// taken only if it would send exactly these columns: same names, type OIDs and modifiers in the same order,
  /// generated columns and those outside the column list left out. Otherwise the table is made of the shape, with
  /// ``CatalogCompleteness/wire``: a column borrows what the wire does not say (attribute number, NOT NULL, default, …)
  /// from the baseline, or from the catalog, if name, type and modifier are the same there. One that neither knows by
  /// its name, because it was renamed before and will be again, is told by its place among the others.
  ///
  /// Name and replica identity are always the wire's.
  ///
  /// - Parameters:
  ///   - shape: what RELATION said.
  ///   - types: what the session's TYPE messages said of an OID (``TypeReference/announced(oid:namespace:name:)``), or
  ///     anything else that the caller knows of the source's types.
  ///   - catalog: the source's table as its catalog has it now; nil if it could not be read or is gone.
  ///   - baseline: the source's table as it was last accepted.
  public init(
    shape: RelationShape, types: (OID) -> TypeReference? = { _ in nil }, catalog: TableSchema?,
    baseline: TableSchema?
  ) {
    let catalog = catalog.flatMap { $0.oid == shape.oid ? $0 : nil }
    let baseline = baseline.flatMap { $0.oid == shape.oid ? $0 : nil }
    if let catalog, catalog.sends(exactly: shape) {
      self = catalog
    } else {
      self = withoutActuallyEscaping(types) { types in
        let models = [catalog, baseline].compactMap { $0 }
        let sourceTypes = SourceTypes(announced: types, models: models)
        return TableSchema(wireOnly: shape, types: sourceTypes, catalog: catalog, baseline: baseline)
      }
    }
    name = shape.name
    replicaIdentity = shape.replicaIdentity
    identityColumns = shape.keyColumns
    let carried = shape.columns.map(\.name)
    if !carriedColumns.map({ NameKey($0.name) }).elementsEqual(carried.map(NameKey.init)) {
      publishedColumns = carried
    }
  }

  /// True if a tuple of this table would have exactly the shape's columns.
  public func sends(exactly shape: RelationShape) -> Bool {
    let onWire = Set(shape.columns.map { NameKey($0.name) })
    let listed = publishedColumns.map { Set($0.map(NameKey.init)) }
    let mayBeAbsent = { (column: ColumnSchema) in
      column.generated != nil || listed.map { !$0.contains(NameKey(column.name)) } == true
    }
    let expected = columns.filter { onWire.contains(NameKey($0.name)) || !mayBeAbsent($0) }
    return expected.count == shape.columns.count
      && zip(expected, shape.columns).allSatisfy { $0.matches($1) }
  }

  private init(wireOnly shape: RelationShape, types: SourceTypes, catalog: TableSchema?, baseline: TableSchema?) {
    var carried = shape.columns.map { wire in
      let type = types.type(wire.typeOID, modifier: wire.typeModifier)
      let found = [baseline, catalog].compactMap { $0?.column(named: wire.name) }.first { $0.matches(wire) }
      guard var column = found else { return ColumnSchema(name: wire.name, type: type) }
      // What is inside of a type (an enum's labels) is in no shape: the newest that is known of it counts.
      if type.name == column.type.name { column.type = type }
      return column
    }
    carried.forgetNumbersOutOfOrder(baseline: baseline)
    carried.takeNumbersOfPermanentColumns(baseline: baseline, catalog: catalog)
    carried.takeNumbersOfNewColumns(baseline: baseline, catalog: catalog)
    let present = Set(carried.map { NameKey($0.name) })
    let isPresent = { (name: String) in present.contains(NameKey(name)) }
    let unseen = baseline?.columnsOffTheWire(stillIn: catalog).filter { !isPresent($0.name) } ?? []
    let keyColumns = shape.keyColumns
    let knownPrimaryKey = (baseline ?? catalog)?.primaryKey ?? []
    self.init(
      oid: shape.oid, name: shape.name, kind: (catalog ?? baseline)?.kind ?? .ordinary, columns: carried + unseen,
      keys: baseline?.keys.filter { $0.columns.allSatisfy(isPresent) } ?? [],
      primaryKey: shape.replicaIdentity == .default
        ? keyColumns.inOrder(of: knownPrimaryKey) : knownPrimaryKey.filter(isPresent),
      replicaIdentity: shape.replicaIdentity, identityColumns: keyColumns,
      rowFilter: (catalog ?? baseline)?.rowFilter,
      relationFileNode: baseline?.relationFileNode ?? 0, foreignKeys: baseline?.foreignKeys ?? [],
      partitionKey: (catalog ?? baseline)?.partitionKey, partitions: (catalog ?? baseline)?.partitions ?? [],
      catalogCompleteness: .wire)
  }

  /// The columns that the table has without sending them, if the newer catalog does not contradict.
  private func columnsOffTheWire(stillIn catalog: TableSchema?) -> [ColumnSchema] {
    let sent = Set(carriedColumns.map { NameKey($0.name) })
    return columns.filter { column in
      guard !sent.contains(NameKey(column.name)) else { return false }
      guard let catalog else { return true }
      return catalog.column(numbered: column.attributeNumber) != nil
    }
  }
}

extension [ColumnSchema] {
  /// Takes numbers away that cannot be right: columns are sent in the order of their numbers. One that is not was borrowed
  /// from a newer column of the same name; or, between two that the baseline has, the two have swapped their names.
  fileprivate mutating func forgetNumbersOutOfOrder(baseline: TableSchema?) {
    let known = Set(baseline?.columns.map(\.attributeNumber) ?? [])
    for index in indices where !known.contains(self[index].attributeNumber) {
      if isOutOfOrder(index) { self[index] = ColumnSchema(name: self[index].name, type: self[index].type) }
    }
    for index in indices.filter(isOutOfOrder) {
      self[index] = ColumnSchema(name: self[index].name, type: self[index].type)
    }
  }

  private func isOutOfOrder(_ index: Int) -> Bool {
    let number = self[index].attributeNumber
    guard number != 0 else { return false }
    return self[..<index].contains { $0.attributeNumber > number }
      || self[(index + 1)...].contains { $0.attributeNumber != 0 && $0.attributeNumber < number }
  }

  /// Gives numbers to columns whose names tell nothing, where their places leave no doubt.
  ///
  /// Columns are sent in the order of their numbers, and one that both the baseline and the catalog have was there all
  /// the time. Columns that came later have higher numbers than all of the baseline's. So between two columns whose
  /// numbers are known, the first unknown ones are the permanent ones, unless some of the baseline's that are gone by now
  /// may be among them: baseline `id#1 a#2`, wire `id#1 b x`, catalog `id#1 c#2` say that `b` is number 2.
  fileprivate mutating func takeNumbersOfPermanentColumns(baseline: TableSchema?, catalog: TableSchema?) {
    guard let baseline, let catalog else { return }
    let known = map(\.attributeNumber).filter { $0 != 0 }
    guard zip(known, known.dropFirst()).allSatisfy({ $0 < $1 }) else { return }
    let open = baseline.carriedColumns.filter { $0.attributeNumber != 0 && !known.contains($0.attributeNumber) }
      .sorted { $0.attributeNumber < $1.attributeNumber }
    let last = baseline.carriedColumns.map(\.attributeNumber).max() ?? 0
    let stillThere = Set(catalog.carriedColumns.map(\.attributeNumber))
    var start = startIndex
    while let first = self[start...].firstIndex(where: { $0.attributeNumber == 0 }) {
      let end = self[first...].firstIndex { $0.attributeNumber != 0 } ?? endIndex
      let lower = first > startIndex ? self[first - 1].attributeNumber : 0
      let upper = end < endIndex ? self[end].attributeNumber : .max
      let candidates = open.filter { lower < $0.attributeNumber && $0.attributeNumber < upper }
      let permanent = candidates.filter { stillThere.contains($0.attributeNumber) }
      let count = end - first
      if count == permanent.count || (count > permanent.count && candidates.count == permanent.count) {
        for (index, former) in zip(first..<end, permanent) { self[index].takeNumber(of: former) }
      } else if count == candidates.count, upper <= last {
        for (index, former) in zip(first..<end, candidates) { self[index].takeNumber(of: former) }
      }
      start = end
    }
  }
}

extension [ColumnSchema] {
  /// The same for columns that are newer than the baseline.
  ///
  /// Numbers are given one after the other. So if the catalog still has the first number behind the baseline's last one,
  /// the first new column on the wire is that one, whatever it is called now; and so on, up to the first number that is
  /// gone: baseline `id#1`, wire `id#1 a`, catalog `id#1 b#2` say that `a` is number 2.
  fileprivate mutating func takeNumbersOfNewColumns(baseline: TableSchema?, catalog: TableSchema?) {
    guard let baseline, let catalog, let last = baseline.columns.map(\.attributeNumber).max(), last != 0 else { return }
    let start = (lastIndex { 1...last ~= $0.attributeNumber } ?? -1) + 1
    var number = last
    for index in start..<count {
      number += 1
      let isAsKnown = self[index].attributeNumber == 0 || self[index].attributeNumber == number
      guard isAsKnown, let now = catalog.column(numbered: number) else { return }
      if self[index].attributeNumber == 0 { self[index].takeNumber(of: now) }
    }
  }
}

extension ColumnSchema {
  /// Becomes another name, and perhaps another type, of the same column.
  fileprivate mutating func takeNumber(of former: ColumnSchema) {
    guard former.type.oid == type.oid, former.type.modifier == type.modifier else {
      attributeNumber = former.attributeNumber
      return
    }
    let name = name
    self = former
    self.name = name
  }

  /// True if the wire's column has this name, type and modifier.
  func matches(_ wire: WireColumn) -> Bool {
    type.oid == wire.typeOID && type.modifier == wire.typeModifier && name.isSameName(as: wire.name)
  }
}

extension [String] {
  /// The same names, in the order of `other` if that has the same ones.
  fileprivate func inOrder(of other: [String]) -> [String] {
    Set(map(NameKey.init)) == Set(other.map(NameKey.init)) ? other : self
  }
}
