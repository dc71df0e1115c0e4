import LibPQ
import LogicalReplication
import PostgresTypes

/// Rows of one plan whose values have to survive the way to the target's types and back (`cast_if_exact`).
///
/// They are tried together, in one query, before any of them is written. The query fails as a whole where a type refuses
/// a value; only then is the first such row looked for, by halving.
///
/// Every value of the stream is tried, also one that a later change of the same transaction replaces: where a table
/// stops does not depend on how changes happen to be put together.
struct ExactnessBatch {
  private struct Row {
    var transaction: LSN
    var ordinal: Int
    /// Lies in a segment or an arena that lives until the unit is written.
    var tuple: TupleBytes
  }

  private enum Answer {
    case allSurvive
    /// The first that does not, counted from the first one asked about.
    case changed(Int)
    case refused
  }

  private let plan: ApplyPlan
  private let columns: [ApplyPlan.Column]
  /// For each column of a tuple, its place in ``columns``, or −1.
  private let arrayOfOrdinal: [Int]
  private var values: TextArrays
  private var rows: [Row] = []

  /// Makes an empty batch.
  init(_ plan: ApplyPlan) {
    self.plan = plan
    columns = plan.columns.filter { plan.watch.exact.contains($0.ordinal) }
    var arrayOfOrdinal = [Int](repeating: -1, count: plan.wireColumnCount)
    for (array, column) in columns.enumerated() { arrayOfOrdinal[column.ordinal] = array }
    self.arrayOfOrdinal = arrayOfOrdinal
    values = TextArrays(columns: columns.count)
  }

  /// Adds a row's values. One that was not sent because it did not change is on the target already.
  mutating func append(_ tuple: TupleBytes, transaction: LSN, ordinal: Int) {
    var columns = tuple.columns
    var place = 0
    while let column = columns.next() {
      let array = arrayOfOrdinal[place]
      if array >= 0 {
        if column.kind == TupleColumn.unchanged {
          values.appendNull(to: array)
        } else {
          values.append(column, to: array)
        }
      }
      place += 1
    }
    values.endRow()
    rows.append(Row(transaction: transaction, ordinal: ordinal, tuple: tuple))
  }

  /// Tries all values.
  ///
  /// - Throws: ``RowRefusal`` for the first row that does not survive; the session's transaction has been rolled back.
  mutating func verify(on session: TargetSession) throws {
    guard !rows.isEmpty else { return }
    values.bind(to: session.parameters)
    let answer = try session.outsidePipeline { try ask($0, session.parameters, 0..<rows.count, columns) }
    var index: Int
    switch answer {
    case .allSurvive: return
    case .changed(let found): index = found
    case .refused: index = -1
    }
    // A statement that failed has ended the transaction; what follows is read outside of any.
    try session.rollback()
    values.bind(to: session.parameters)
    let connection = session.connection
    if index < 0 { index = try firstRefused(connection, session.parameters) }
    let column = try columns.first { column in
      if case .allSurvive = try ask(connection, session.parameters, index..<index + 1, [column]) { false } else { true }
    }
    let row = rows[index]
    throw RowRefusal(
      table: plan.sourceOID, transaction: row.transaction, ordinal: row.ordinal,
      column: (column ?? columns[0]).mapping.source, row: plan.keyText(of: row.tuple))
  }

  private func firstRefused(_ connection: PostgresConnection, _ parameters: BoundParameters) throws -> Int {
    var range = 0..<rows.count
    while range.count > 1 {
      let first = range.lowerBound..<range.lowerBound + range.count / 2
      switch try ask(connection, parameters, first, columns) {
      case .changed(let offset): return first.lowerBound + offset
      case .refused: range = first
      case .allSurvive: range = first.upperBound..<range.upperBound
      }
    }
    return range.lowerBound
  }

  private func ask(
    _ connection: PostgresConnection, _ parameters: BoundParameters, _ range: Range<Int>,
    _ asked: [ApplyPlan.Column]
  ) throws -> Answer {
    do {
      let result = try connection.query(query(range, asked), bound: parameters, label: "trying values")
      guard let first = result.rowCount > 0 ? result[0, 0] : nil else { return .allSurvive }
      guard let number = Int(first) else { throw SyncError.catalog("WITH ORDINALITY counts in whole numbers") }
      return .changed(number - 1)
    } catch let error as PostgresError {
      if error.endsConnection { throw SyncError.postgres(error, during: "trying values for \(plan.target)") }
      // Data exceptions and violated constraints are about the value, everything else is about the table.
      if ["22", "23"].contains(error.sqlState?.conditionClass) { return .refused }
      throw ApplyFailure(table: plan.sourceOID, error: error)
    }
  }

  private func query(_ range: Range<Int>, _ asked: [ApplyPlan.Column]) -> String {
    let slice = "[\(range.lowerBound + 1):\(range.upperBound)]"
    let arrays = columns.indices.map { "($\($0 + 1)::text[])\(slice)" }.joined(separator: ", ")
    let names = columns.indices.map { "c\($0)" }.joined(separator: ", ")
    let conditions = asked.map { column in
      column.mapping.isChanged("u.c\(arrayOfOrdinal[column.ordinal])", as: column.type.withoutDomains)
    }
    return "SELECT n FROM unnest(\(arrays)) WITH ORDINALITY AS u(\(names), n) "
      + "WHERE \(conditions.joined(separator: " OR ")) ORDER BY n LIMIT 1"
  }
}
