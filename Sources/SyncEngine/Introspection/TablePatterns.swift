import PostgresTypes

/// Which tables a pipeline replicates: those that an inclusion matches and no exclusion does.
public struct TablePatterns: Hashable, Sendable {
  /// What is chosen.
  public let include: [TablePattern]
  /// What is taken out again.
  public let exclude: [TablePattern]

  /// Reads patterns as they stand on the command line or in the configuration file.
  ///
  /// No inclusion at all means `*.*`: every table outside the system schemas.
  public init(include: [String] = [], exclude: [String] = []) throws(TablePatternError) {
    var inclusions: [TablePattern] = []
    for text in include { inclusions.append(try TablePattern(text)) }
    var exclusions: [TablePattern] = []
    for text in exclude { exclusions.append(try TablePattern(text)) }
    self.include = inclusions.isEmpty ? [.everything] : inclusions
    self.exclude = exclusions
  }

  /// Puts patterns together that were read before.
  public init(include: [TablePattern], exclude: [TablePattern]) {
    self.include = include
    self.exclude = exclude
  }

  /// Every table outside the system schemas.
  public static let everything = TablePatterns(include: [.everything], exclude: [])

  /// True if a table of this name is chosen, whatever kind of table it is.
  public func choose(_ name: QualifiedName) -> Bool {
    include.contains { $0.matches(name) } && !exclude.contains { $0.matches(name) }
  }

  /// The chosen tables among everything there is in a database.
  ///
  /// A table that belongs to an extension (`spatial_ref_sys` of PostGIS) is the extension's business and is filled by
  /// `CREATE EXTENSION` on each side, so only a pattern that names it without a star chooses it.
  ///
  /// - Throws: ``TablePatternError`` for a pattern that matches nothing, as a misspelt name would do; and for one that
  ///   names, without a star, a table that cannot be replicated.
  public func selection(from candidates: [CandidateTable]) throws(TablePatternError) -> [CandidateTable] {
    let eligible = candidates.filter { $0.obstacle == nil }
    var chosen: [CandidateTable] = []
    var isMatched = Array(repeating: false, count: include.count)
    for candidate in eligible {
      var isChosen = false
      for (index, pattern) in include.enumerated() where pattern.matches(candidate.name) {
        isMatched[index] = true
        isChosen = isChosen || candidate.belongsToExtension == nil || pattern.exactName != nil
      }
      if isChosen { chosen.append(candidate) }
    }
    for (pattern, isMatched) in zip(include, isMatched) where !isMatched {
      // A database without any table is no misspelling.
      if pattern == .everything { continue }
      throw Self.unmatched(pattern, among: candidates, eligible: eligible)
    }
    for pattern in exclude where !candidates.contains(where: { pattern.matches($0.name) }) {
      throw Self.unmatched(pattern, among: candidates, eligible: eligible)
    }
    return chosen.filter { candidate in !exclude.contains { $0.matches(candidate.name) } }
  }

  private static func unmatched(
    _ pattern: TablePattern, among candidates: [CandidateTable], eligible: [CandidateTable]
  ) -> TablePatternError {
    if let candidate = candidates.first(where: { pattern.exactName == $0.name }), let obstacle = candidate.obstacle {
      return .notReplicable(pattern: pattern.description, obstacle: obstacle)
    }
    let written = pattern.exactName?.sql ?? pattern.description
    return .matchesNothing(
      pattern: pattern.description, nearest: NearestName.of(written, among: eligible.map(\.name.sql)))
  }
}
