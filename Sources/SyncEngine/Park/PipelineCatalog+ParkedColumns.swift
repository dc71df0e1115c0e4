import PGOutput
import PostgresTypes

extension PipelineCatalog {
  /// The columns of every shape under which changes of a table are parked. Reads all that is parked of it.
  public func parkedColumns(_ sourceOID: OID) throws -> Set<String> {
    let chunks = ParkedChunks(connection: connection, pipeline: pipeline, table: sourceOID)
    var columns: Set<String> = []
    var last: Int64 = -1
    while let chunk = try chunks.read(after: last, limit: 1).first {
      last = chunk.number
      // The span does not keep the segment that it looks into.
      try withExtendedLifetime(chunk.segment) {
        let bytes = RawSpan(_unsafeBytes: chunk.segment.bytes)
        var reader = SegmentReader()
        while let range = try reader.next(in: bytes) {
          guard
            case .relation(let relation) = try PGOutputDecoder.decode(
              bytes, at: range, insideStream: false, acceptsUnchangedTOASTInInsert: true)
          else { continue }
          for column in try relation.columns(in: bytes) { columns.insert(try column.name.text(in: bytes)) }
        }
      }
    }
    return columns
  }
}
