import PostgresClusters
import Testing

/// The statements that are printed for a drift are run verbatim, and then both sides are equal.
@Suite("The fix matrix")
struct FixMatrixTests {
  @Test("every drift has a fix that psql runs as it is; after it, and without it by hand, both sides are equal")
  func matrix() throws {
    let cases =
      DriftCase.addedColumns + DriftCase.names + DriftCase.types + DriftCase.definitions + DriftCase.tables
      + DriftCase.newTables + DriftCase.refusals
    let pair = try PipelinePair()
    // The target lacks the extensions; their types come with the fix.
    try pair.source.execute("CREATE EXTENSION citext; CREATE EXTENSION hstore")
    let matrix = try FixMatrix(cases, pair: pair)
    let service = try pair.startStreaming()
    defer { service.end() }
    try matrix.drift()
    try matrix.readVerdicts()
    try matrix.fix()
    try matrix.resume()
    try matrix.compare()
    try matrix.complete()
    try matrix.fixAgain()
    print(matrix.text)
    #expect(cases.count >= 40)
    for row in matrix.rows where !row.problems.isEmpty {
      Issue.record("\(row.drift.name): \(row.problems.joined(separator: "\n"))")
    }
    #expect(try service.terminate().exitCode == 0)
  }
}
