import LibPQ
import LogicalReplication
import PGOutput
import PostgresTypes

/// Reads the parked changes of one table.
struct ParkedChunks {
  /// What is stored of a table.
  struct Extent {
    var changes: Int64
    var bytes: Int64
  }

  let connection: PostgresConnection
  let pipeline: String
  let table: OID

  /// How much there is.
  func extent() throws(PostgresError) -> Extent {
    let result = try connection.query(
      """
      SELECT coalesce(sum(changes), 0), coalesce(sum(payload_bytes), 0) FROM pgsyncd.parked_changes
      WHERE pipeline = $1 AND source_oid = $2::oid
      """, [pipeline, table.description])
    let row = try result.onlyRow()
    return Extent(changes: try row.integer(0), bytes: try row.integer(1))
  }

  /// Reads chunks in order, each into a segment of its own.
  ///
  /// They come by COPY in binary format, because a query's result would bring the bytes as hexadecimal text.
  ///
  /// - Parameters:
  ///   - number: only chunks behind this one.
  ///   - limit: at most so many.
  func read(after number: Int64, limit: Int) throws(PostgresError) -> [(number: Int64, segment: Segment)] {
    var chunks: [(number: Int64, segment: Segment)] = []
    _ = try connection.copyOut(
      """
      COPY (
        SELECT chunk, payload FROM pgsyncd.parked_changes
        WHERE pipeline = \(SQLLiteral.quoted(pipeline)) AND source_oid = \(table) AND chunk > \(number)
        ORDER BY chunk LIMIT \(limit)
      ) TO STDOUT (FORMAT binary)
      """
    ) { (row) throws(PostgresError) in
      if let chunk = Self.chunk(row) { chunks.append(chunk) }
    }
    return chunks
  }

  /// Reads one row of COPY's binary format: the number of fields (Int16, −1 at the end of the data), then length (Int32)
  /// and bytes of each. The first row has the file header before it (19 bytes; PostgreSQL documentation, COPY, «Binary
  /// Format»).
  private static func chunk(_ row: UnsafeRawBufferPointer) -> (number: Int64, segment: Segment)? {
    var position = row.starts(with: Array("PGCOPY\n".utf8)) ? 19 : 0
    guard row.count >= position + 2 + 4 + 8 + 4 else { return nil }
    let fields = Int16(bigEndian: row.loadUnaligned(fromByteOffset: position, as: Int16.self))
    guard fields == 2 else { return nil }
    position += 2 + 4
    let number = Int64(bigEndian: row.loadUnaligned(fromByteOffset: position, as: Int64.self))
    position += 8
    let count = Int(Int32(bigEndian: row.loadUnaligned(fromByteOffset: position, as: Int32.self)))
    position += 4
    guard count >= 0, position + count <= row.count else { return nil }
    let segment = Segment(capacity: max(count, 1))
    segment.isParked = true
    segment.append(framed: UnsafeRawBufferPointer(rebasing: row[position..<position + count]))
    return (number, segment)
  }

  /// The shape under which the first parked change stands, with the names of the types that were told before it; nil if
  /// nothing is parked.
  func firstShape() throws -> (message: [UInt8], typeNames: [OID: QualifiedName])? {
    guard let first = try read(after: -1, limit: 1).first else { return nil }
    // The span does not keep the segment that it looks into.
    return try withExtendedLifetime(first.segment) { () throws in
      try Self.firstShape(in: RawSpan(_unsafeBytes: first.segment.bytes))
    }
  }

  /// The new row that the first parked change brings, valid inside the closure; nil if it is no INSERT or UPDATE.
  func withFirstRow<Result>(_ body: (TupleBytes) throws -> Result) throws -> Result? {
    guard let first = try read(after: -1, limit: 1).first else { return nil }
    return try withExtendedLifetime(first.segment) { () throws in
      let bytes = RawSpan(_unsafeBytes: first.segment.bytes)
      var reader = SegmentReader()
      while let range = try reader.next(in: bytes) {
        let message = try PGOutputDecoder.decode(
          bytes, at: range, insideStream: false, acceptsUnchangedTOASTInInsert: true)
        let row: TupleData
        switch message {
        case .insert(let insert): row = insert.newTuple
        case .update(let update): row = update.newTuple
        case .delete, .truncate: return nil
        default: continue
        }
        return try body(TupleBytes(start: UnsafeRawPointer(first.segment.base) + row.columns.offset - 2))
      }
      return nil
    }
  }

  private static func firstShape(
    in bytes: RawSpan
  ) throws(PGOutputError) -> (message: [UInt8], typeNames: [OID: QualifiedName])? {
    var reader = SegmentReader()
    var types: [OID: QualifiedName] = [:]
    while let range = try reader.next(in: bytes) {
      switch try PGOutputDecoder.decode(bytes, at: range, insideStream: false) {
      case .type(let type): types[type.oid] = try type.qualifiedName(in: bytes)
      case .relation: return (try range.copy(of: bytes), types)
      default: break
      }
    }
    return nil
  }
}
