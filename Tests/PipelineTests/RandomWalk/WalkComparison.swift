import LibPQ
import PostgresClusters
import PostgresTypes

/// Compares a table of both sides by value, as a multiset of rows: a wider type of the target may write a value in
/// another way, so it is written as the source's type there.
struct WalkComparison {
  let source: PostgresConnection
  let target: PostgresConnection

  /// What differs, in words; empty if nothing does.
  func differences(_ table: WalkTable) throws -> [String] {
    let ours = try columns(of: table.name, source)
    let theirs = try columns(of: table.name, target)
    guard !theirs.isEmpty else { return ["\(table.name): the target has no such table"] }
    let missing = ours.filter { column in !theirs.contains { $0.name == column.name } }.map(\.name)
    guard missing.isEmpty else { return ["\(table.name): the target lacks \(missing)"] }
    let foreign = theirs.filter { column in !ours.contains { $0.name == column.name } && !column.name.hasPrefix("own_")
    }
    var found = foreign.map { "\(table.name): the target still has \($0.name)" }
    let sourceRows = try rows(
      "SELECT \(ours.map { "\($0.sql)::text" }.joined(separator: ", ")) FROM \(table.name)", source)
    let targetRows = try rows(
      "SELECT \(ours.map { "\($0.sql)::\($0.type)::text" }.joined(separator: ", ")) FROM \(table.name)", target)
    found += Self.differences(sourceRows, targetRows, ours.map(\.name)).map { "\(table.name): \($0)" }
    if table.kind == .journal { found += try disorder(table.name) }
    return found
  }

  private struct Column {
    let name: String
    let type: String

    var sql: String { SQLIdentifier.quoted(name) }
  }

  /// Rows of a table without a key arrive in the order in which they were committed: a later transaction, or command,
  /// of the target never wrote an earlier row.
  private func disorder(_ table: String) throws -> [String] {
    let count = try rows(
      """
      SELECT count(*) FROM (
        SELECT min(id) AS lowest, max(max(id)) OVER (ORDER BY xmin::text::bigint, cmin::text::bigint
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM \(table) GROUP BY xmin::text::bigint, cmin::text::bigint
      ) AS written WHERE before > lowest
      """, target)
    return count == [["0"]] ? [] : ["\(table): rows were written in another order than the source's"]
  }

  private func columns(of table: String, _ connection: PostgresConnection) throws -> [Column] {
    try rows(
      """
      SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
      WHERE attrelid = to_regclass(\(SQLLiteral.quoted(table))) AND attnum > 0 AND NOT attisdropped
      ORDER BY attname <> 'id', attname COLLATE "C"
      """, connection
    ).map { Column(name: $0[0] ?? "", type: $0[1] ?? "") }
  }

  private func rows(_ sql: String, _ connection: PostgresConnection) throws -> [[String?]] {
    let result = try connection.query(sql)
    return (0..<result.rowCount).map { row in (0..<result.columnCount).map { column in result[row, column] } }
  }

  private static func differences(_ source: [[String?]], _ target: [[String?]], _ names: [String]) -> [String] {
    var surplus: [[String?]: Int] = [:]
    for row in source { surplus[row, default: 0] += 1 }
    for row in target { surplus[row, default: 0] -= 1 }
    let onlySource = surplus.filter { $0.value > 0 }.keys
    let onlyTarget = surplus.filter { $0.value < 0 }.keys
    guard !onlySource.isEmpty || !onlyTarget.isEmpty else { return [] }
    var found = ["\(source.count) rows in source, \(target.count) in target"]
    let byID = Dictionary(onlyTarget.map { ($0[0], $0) }, uniquingKeysWith: { first, _ in first })
    for row in onlySource.sorted(by: { ($0[0] ?? "") < ($1[0] ?? "") }).prefix(5) {
      guard let other = byID[row[0]] else {
        found.append("id \(row[0] ?? "NULL") missing on the target (\(surplus[row] ?? 0) times)")
        continue
      }
      let changed = names.indices.filter { row[$0] != other[$0] }
      found.append(
        "id \(row[0] ?? "NULL") differs: "
          + changed.map { place in
            "\(names[place]): \((row[place] ?? "NULL").prefix(40)) → \((other[place] ?? "NULL").prefix(40))"
          }.joined(separator: ", "))
    }
    let ids = Set(onlySource.map { $0[0] })
    for row in onlyTarget.filter({ !ids.contains($0[0]) }).prefix(5) {
      found.append("id \(row[0] ?? "NULL") only on the target (\(-(surplus[row] ?? 0)) times)")
    }
    return found
  }
}
