import Testing

extension PipelinePair {
  /// Expects that both sides have the same rows; without names, in all tables of the source.
  func expectEqual(_ tables: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    var found: [String] = []
    if tables.isEmpty { found = try differences() }
    for table in tables { found += try differences(table) }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))", sourceLocation: sourceLocation)
  }

  /// The same for tables with many rows: the servers sum the rows up, which takes a fraction of the time of a comparison.
  func expectEqualSums(_ tables: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    for table in tables {
      let sums = "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM \(table) t"
      let (ours, theirs) = (try source.query(sums), try target.query(sums))
      #expect(ours == theirs, "\(table)", sourceLocation: sourceLocation)
    }
  }
}
