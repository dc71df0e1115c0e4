extension PipelineOptions {
  /// What the user asked for of tables; nil if nothing was said.
  public var patterns: TablePatterns? {
    guard tables != nil || excludedTables != nil else { return nil }
    let everything = TablePatterns.everything
    return TablePatterns(
      include: tables?.include ?? everything.include,
      exclude: (tables?.exclude ?? []) + (excludedTables?.include ?? []))
  }
}
