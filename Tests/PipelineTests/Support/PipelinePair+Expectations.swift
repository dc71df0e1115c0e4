import Testing

extension PipelinePair {
  /// Expects that both sides have the same rows; without names, in all tables of the source.
  func expectEqual(_ tables: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    var found: [String] = []
    if tables.isEmpty { found = try differences() }
    for table in tables { found += try differences(table) }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))", sourceLocation: sourceLocation)
  }
}
