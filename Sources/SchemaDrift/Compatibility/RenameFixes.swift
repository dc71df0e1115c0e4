import PostgresTypes

/// The statements for columns that the source has renamed and the target has not, by their new name.
struct RenameFixes {
  private let renames: [RenamePlan.Rename]
  private let columns: [ColumnSchema]
  private var taken: [String] { columns.map(\.name) }

  /// A rename whose new name is taken by a column of the target that stays has no statement.
  init(_ matching: ColumnMatching, target: TableSchema) {
    columns = target.columns
    let renames = matching.sourceColumns.compactMap { match -> RenamePlan.Rename? in
      guard case .renamed(let column) = match.fate, !column.name.isSameName(as: match.column.name) else { return nil }
      return RenamePlan.Rename(old: column.name, new: match.column.name)
    }
    let leaving = Set(
      renames.map { NameKey($0.old) }
        + matching.targetColumns.filter { $0.origin == .removedFromSource }.map { NameKey($0.column.name) })
    let present = Set(columns.map { NameKey($0.name) })
    self.renames = renames.filter { !present.contains(NameKey($0.new)) || leaving.contains(NameKey($0.new)) }
  }

  /// The statements that give a column its new name, and their place among all renames: run in that order, no name is
  /// taken when it is needed. Nil if the new name is taken for good.
  func step(for new: String, in table: QualifiedName) -> (position: Int, statements: [String])? {
    let steps = RenamePlan(renames, table: table, taken: taken, columns: columns).steps
    guard let position = steps.firstIndex(where: { $0.rename.new.isSameName(as: new) }) else { return nil }
    return (position, steps[position].statements)
  }
}
