import PostgresTypes

/// Whether what a pipeline is told now is what it was set up with.
struct StoredChoice {
  /// What is stored.
  let record: PipelineRecord

  /// What differs, as usage errors; empty if nothing does.
  ///
  /// - Parameters:
  ///   - publication: The publication that is named now, or the default.
  ///   - slot: The slot that is named now, or the default.
  ///   - patterns: The tables that are asked for now; nil if nothing was said.
  func conflicts(publication: String, slot: String, patterns: TablePatterns?) -> [SetupProblem] {
    var problems: [SetupProblem] = []
    func conflict(_ option: String, _ stored: String, _ given: String) {
      problems.append(
        SetupProblem(
          .usage, "The pipeline \(record.pipeline) was set up with \(option) \(stored), not \(given)",
          why: "It cannot change while the pipeline runs", on: .command,
          advice: "Leave the option as it was, or set up another pipeline (pgsyncd setup --pipeline NAME)."))
    }
    if publication != record.publication { conflict("--publication", record.publication, publication) }
    if slot != record.slot { conflict("--slot", record.slot, slot) }
    if let patterns {
      let include = patterns.include.map(\.description)
      let exclude = patterns.exclude.map(\.description)
      if include != record.includeTables {
        conflict("--tables", Listing.of(record.includeTables, limit: 20), Listing.of(include, limit: 20))
      }
      if exclude != record.excludeTables {
        conflict("--exclude-tables", Self.text(record.excludeTables), Self.text(exclude))
      }
    }
    return problems
  }

  private static func text(_ patterns: [String]) -> String {
    patterns.isEmpty ? "(none)" : Listing.of(patterns, limit: 20)
  }
}
