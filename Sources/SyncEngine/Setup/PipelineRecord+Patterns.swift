extension PipelineRecord {
  /// True if tables were chosen by something else than the default.
  var hasPatterns: Bool {
    includeTables != TablePatterns.everything.include.map(\.description) || !excludeTables.isEmpty
  }

  /// The patterns that chose the tables.
  ///
  /// Nil if what is stored is no pattern. Setup stores what it has read as patterns, so that takes a hand in the catalog;
  /// ``PipelineSetup/plan()`` reports it.
  public var patterns: TablePatterns? { try? TablePatterns(include: includeTables, exclude: excludeTables) }
}
