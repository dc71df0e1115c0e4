import LogicalReplication
import PostgresTypes

/// The SQL that writes the changes of one plan. All identifiers are quoted; values are parameters.
///
/// Parameters of the statements for single rows have the type of their column, so values go through the column type's own
/// input function, modifier included. The statements for many rows take one `text[]` a column and cast its elements to
/// the column's type without modifier; the assignment then applies the modifier as it does for any INSERT.
struct ApplyStatements {
  private let plan: ApplyPlan
  private let table: String

  init(_ plan: ApplyPlan) {
    self.plan = plan
    table = plan.target.sql
  }

  // MARK: Single rows

  /// `$1…` are the plan's columns.
  func insertRow() -> String {
    guard !plan.columns.isEmpty || !plan.nulledColumns.isEmpty else {
      return "INSERT INTO \(table) DEFAULT VALUES"
    }
    let values = plan.columns.enumerated().map { parameter($0.offset + 1, $0.element) } + nulls
    return "INSERT INTO \(table) (\(columnList)) OVERRIDING SYSTEM VALUE VALUES (\(values.joined(separator: ", ")))"
  }

  /// As ``insertRow()``; touches no row if the primary key is taken.
  func insertRowUnlessExists() -> String {
    let key = plan.conflictColumns.map(SQLIdentifier.quoted).joined(separator: ", ")
    return insertRow() + " ON CONFLICT (\(key)) DO NOTHING"
  }

  /// `$1…` are the columns that ``isUsedToOverwrite(_:)`` picks: sets the row with this primary key to them. Nil if there
  /// is nothing beside the key.
  func overwriteRow() -> String? {
    var number = 0
    var sets: [String] = []
    var conditions: [String] = []
    for column in plan.columns where isUsedToOverwrite(column) {
      number += 1
      if plan.conflictColumns.contains(column.target) {
        conditions.append(condition(column, parameter(number, column)))
      } else {
        sets.append(SQLIdentifier.quoted(column.target) + " = " + parameter(number, column))
      }
    }
    sets += nulledSets
    guard !sets.isEmpty else { return nil }
    return "UPDATE \(table) SET \(sets.joined(separator: ", ")) WHERE \(conditions.joined(separator: " AND "))"
  }

  /// Whether a column takes part in ``overwriteRow()``: all but a GENERATED ALWAYS identity outside of the key, which no
  /// UPDATE may set.
  func isUsedToOverwrite(_ column: ApplyPlan.Column) -> Bool {
    !column.isAlwaysIdentity || plan.conflictColumns.contains(column.target)
  }

  /// `$1…` are the columns of `mask` that are set, in plan order, then the key columns of the old row. Nil if nothing is
  /// set.
  func updateRow(setting mask: ColumnMask, includingKey: Bool) -> String? {
    var number = 0
    var sets: [String] = []
    for (place, column) in plan.columns.enumerated() where isSet(place, column, mask, includingKey) {
      number += 1
      sets.append(SQLIdentifier.quoted(column.target) + " = " + parameter(number, column))
    }
    sets += nulledSets
    guard !sets.isEmpty else { return nil }
    return "UPDATE \(table) SET \(sets.joined(separator: ", ")) WHERE \(keyConditions(after: number))"
  }

  /// For a key column that is GENERATED ALWAYS AS IDENTITY, which no UPDATE may set: the row is taken out and put back
  /// under its new key, with whatever is not set carried over. `$1…` as for ``updateRow(setting:includingKey:)``, but for
  /// such columns, which are set too.
  func moveIdentityRow(setting mask: ColumnMask) -> String {
    moveRow(setting: mask) { number in keyConditions(after: number) }
  }

  /// The same for such a column beside the key, if the row has another value there.
  func moveRowOfOtherIdentity(setting mask: ColumnMask) -> String {
    var number = 0
    var others: [String] = []
    for (place, column) in plan.columns.enumerated() where mask.contains(place) {
      number += 1
      guard column.isAlwaysIdentity, !column.isKey else { continue }
      others.append(
        "\(SQLIdentifier.quoted(column.target)) <> CAST(\(parameter(number, column)) AS \(column.castName))")
    }
    return moveRow(setting: mask) { number in
      "\(keyConditions(after: number)) AND (\(others.joined(separator: " OR ")))"
    }
  }

  private func moveRow(setting mask: ColumnMask, where condition: (Int) -> String) -> String {
    var number = 0
    var columns: [String] = []
    var values: [String] = []
    for (place, column) in plan.columns.enumerated() {
      let name = SQLIdentifier.quoted(column.target)
      columns.append(name)
      if mask.contains(place) {
        number += 1
        values.append("CAST(\(parameter(number, column)) AS \(column.castName))")
      } else {
        values.append("gone." + name)
      }
    }
    for carried in plan.carriedColumns.map(SQLIdentifier.quoted) {
      columns.append(carried)
      values.append("gone." + carried)
    }
    columns += plan.nulledColumns.map(SQLIdentifier.quoted)
    values += nulls
    return "WITH gone AS (DELETE FROM \(table) WHERE \(condition(number)) RETURNING *) "
      + "INSERT INTO \(table) (\(columns.joined(separator: ", "))) OVERRIDING SYSTEM VALUE "
      + "SELECT \(values.joined(separator: ", ")) FROM gone"
  }

  /// `$1…` are the key columns.
  func deleteRow() -> String { "DELETE FROM \(table) WHERE \(keyConditions(after: 0))" }

  // MARK: Single rows found by all their columns

  /// `$1…` are the columns of `mask` in plan order, then all columns of the old row. Touches one row at most, the first
  /// that is the same text in every column: types without an equality operator (json, point, xml) are found too.
  func updateFullRow(setting mask: ColumnMask) -> String? {
    var number = 0
    var sets: [String] = []
    for (place, column) in plan.columns.enumerated() where isSet(place, column, mask, true) {
      number += 1
      sets.append(SQLIdentifier.quoted(column.target) + " = " + parameter(number, column))
    }
    sets += nulledSets
    guard !sets.isEmpty else { return nil }
    return "UPDATE \(table) SET \(sets.joined(separator: ", ")) WHERE \(fullRowCondition(after: number))"
  }

  /// As ``updateFullRow(setting:)`` for a row whose GENERATED ALWAYS identity column has another value, which no UPDATE may
  /// set: it is taken out and put back.
  func moveFullRow(setting mask: ColumnMask) -> String {
    moveRow(setting: mask) { number in fullRowCondition(after: number) }
  }

  /// `$1…` are all columns of the old row.
  func deleteFullRow() -> String { "DELETE FROM \(table) WHERE \(fullRowCondition(after: 0))" }

  private func fullRowCondition(after number: Int) -> String {
    let conditions = plan.columns.enumerated().map { offset, column in
      let value = parameter(number + offset + 1, column)
      return "\(SQLIdentifier.quoted(column.target))::text COLLATE \"C\" IS NOT DISTINCT FROM "
        + "CAST(\(value) AS \(column.sqlName))::text COLLATE \"C\""
    }
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    return "(tableoid, ctid) = (SELECT tableoid, ctid FROM \(table)\(filter) LIMIT 1)"
  }

  // MARK: Many rows

  /// The text of `COPY … FROM STDIN`; columns in plan order.
  func copyIn() -> String { "COPY \(table) (\(columnList)) FROM STDIN" }

  /// `$1…` are `text[]`, one a column of the plan.
  func insertArray() -> String {
    let all = Array(plan.columns.indices)
    let values = ([elements(all)] + nulls).joined(separator: ", ")
    return "INSERT INTO \(table) (\(columnList)) OVERRIDING SYSTEM VALUE SELECT \(values) FROM \(unnest(all))"
  }

  /// `$1…` are `text[]`: the columns of `mask` without the key in plan order, then the key columns. Nil if nothing is set.
  func updateArray(setting mask: ColumnMask) -> String? {
    let set = plan.columns.indices.filter { isSet($0, plan.columns[$0], mask, false) }
    let sets = set.map { "\(SQLIdentifier.quoted(plan.columns[$0].target)) = s.c\($0)" } + nulledSets
    guard !sets.isEmpty else { return nil }
    let keys = plan.columns.indices.filter { plan.columns[$0].isKey }
    return "UPDATE \(table) AS t SET \(sets.joined(separator: ", ")) "
      + "FROM (SELECT \(elements(set + keys)) FROM \(unnest(set + keys))) AS s WHERE \(joinConditions(keys))"
  }

  /// `$1…` are `text[]`, one a key column.
  func deleteArray() -> String {
    let keys = plan.columns.indices.filter { plan.columns[$0].isKey }
    return "DELETE FROM \(table) AS t USING (SELECT \(elements(keys)) FROM \(unnest(keys))) AS s "
      + "WHERE \(joinConditions(keys))"
  }

  // MARK: Parts

  private var columnList: String {
    (plan.columns.map(\.target) + plan.nulledColumns).map(SQLIdentifier.quoted).joined(separator: ", ")
  }

  /// What columns that become NULL get, one each.
  private var nulls: [String] { plan.nulledColumns.map { _ in "NULL" } }

  private var nulledSets: [String] { plan.nulledColumns.map { SQLIdentifier.quoted($0) + " = NULL" } }

  /// A parameter of the column's own type, or of the type that it is cast from where the verdict says so.
  private func parameter(_ number: Int, _ column: ApplyPlan.Column) -> String {
    column.cast("$\(number)") ?? "$\(number)"
  }

  private func isSet(_ place: Int, _ column: ApplyPlan.Column, _ mask: ColumnMask, _ includingKey: Bool) -> Bool {
    mask.contains(place) && (includingKey || !column.isKey) && !column.isAlwaysIdentity
  }

  private func keyConditions(after number: Int) -> String {
    var number = number
    var conditions: [String] = []
    for column in plan.columns where column.isKey {
      number += 1
      conditions.append(condition(column, parameter(number, column)))
    }
    return conditions.joined(separator: " AND ")
  }

  /// The value is cast, because beside an operator of another type the server would read it as that one: `regclass` has
  /// no operator of its own and borrows the one of `oid`.
  private func condition(_ column: ApplyPlan.Column, _ value: String) -> String {
    compared(SQLIdentifier.quoted(column.target), column)
      + " \(column.equality) CAST(\(value) AS \(column.comparedAs ?? column.castName))"
  }

  private func compared(_ expression: String, _ column: ApplyPlan.Column) -> String {
    column.comparedAs.map { "CAST(\(expression) AS \($0))" } ?? expression
  }

  private func joinConditions(_ keys: [Int]) -> String {
    keys.map { place in
      let column = plan.columns[place]
      let collation = column.collation.map { " COLLATE " + $0.sql } ?? ""
      let key = compared("t." + SQLIdentifier.quoted(column.target), column)
      return "\(key) \(column.equality) \(compared("s.c\(place)", column))\(collation)"
    }.joined(separator: " AND ")
  }

  private func elements(_ places: [Int]) -> String {
    places.map { place in
      let column = plan.columns[place]
      let value = "u.c\(place)"
      if let cast = column.cast(value) { return "\(cast) AS c\(place)" }
      // Text is cast as the type's input reads it; but for regclass there is a cast of its own, which takes no «-».
      if column.castName == "regclass" { return "regclassin(textout(\(value))) AS c\(place)" }
      return "CAST(\(value) AS \(column.castName)) AS c\(place)"
    }.joined(separator: ", ")
  }

  private func unnest(_ places: [Int]) -> String {
    let arrays = places.indices.map { "$\($0 + 1)::text[]" }.joined(separator: ", ")
    return "unnest(\(arrays)) AS u(\(places.map { "c\($0)" }.joined(separator: ", ")))"
  }
}
