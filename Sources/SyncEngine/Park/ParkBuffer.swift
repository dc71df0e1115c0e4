import LogicalReplication
import PGOutput
import PostgresTypes

/// Collects the changes of one table that are to be parked, as a piece of the stream that stands on its own.
///
/// Each chunk begins with the Begin of its transaction and, before the first change, the shape in force with the types
/// that it uses; so a chunk can be applied without knowing what came before it. A chunk that was cut in the middle of
/// a transaction has no Commit; the next one goes on with the same Begin.
struct ParkBuffer {
  /// A chunk as it is stored.
  struct Chunk {
    var payload: [UInt8]
    var changes: Int
    var firstCommitLSN: LSN
    var lastCommitLSN: LSN
  }

  /// A chunk is stored when it has this size, or at the end of the unit.
  static let chunkBytes = 1 << 20

  private var writer = SegmentWriter()
  private var changes = 0
  private var firstCommitLSN: LSN = .zero
  private var lastCommitLSN: LSN = .zero
  private var transaction: BeginMessage?
  private var shape: [UInt8]?

  /// The bytes waiting to be stored.
  var byteCount: Int { writer.byteCount }

  /// Adds one change.
  ///
  /// - Parameters:
  ///   - message: Insert, Update, Delete or Truncate as it came.
  ///   - transaction: the transaction that it belongs to.
  ///   - shape: the RELATION message in force.
  ///   - types: the Type messages of the types that this shape may use.
  mutating func append(
    _ message: UnsafeRawBufferPointer, of transaction: BeginMessage, shape: [UInt8], types: [OID: [UInt8]]
  ) throws(PGOutputError) {
    if self.transaction == nil {
      self.transaction = transaction
      if firstCommitLSN == .zero { firstCommitLSN = transaction.finalLSN }
      lastCommitLSN = transaction.finalLSN
      try writer.append(transaction)
    }
    if self.shape != shape {
      for type in try RelationTypes.used(by: shape) {
        if let message = types[type] { try writer.append(message.span.bytes) }
      }
      try writer.append(shape.span.bytes)
      self.shape = shape
    }
    try writer.append(RawSpan(_unsafeBytes: message))
    changes += 1
  }

  /// Notes the end of the transaction, if changes of it are here.
  mutating func end(_ commit: CommitMessage) throws(PGOutputError) {
    guard transaction != nil else { return }
    try writer.append(commit)
    transaction = nil
  }

  /// Notes the end of a transaction whose Commit was not parked, so that the next change brings its own Begin.
  mutating func endWithoutCommit() { transaction = nil }

  /// Takes out what is there as a chunk; nil if there is nothing. What follows begins a new one.
  mutating func takeChunk() -> Chunk? {
    guard changes > 0 else { return nil }
    let chunk = Chunk(
      payload: writer.take(), changes: changes, firstCommitLSN: firstCommitLSN, lastCommitLSN: lastCommitLSN)
    changes = 0
    firstCommitLSN = .zero
    transaction = nil
    shape = nil
    return chunk
  }
}

/// The types that a RELATION message names.
enum RelationTypes {
  /// Their OIDs, but for the built-in ones, each once.
  static func used(by relation: [UInt8]) throws(PGOutputError) -> [OID] {
    let bytes = relation.span.bytes
    guard case .relation(let message) = try PGOutputDecoder.decode(bytes, insideStream: false) else { return [] }
    var types: [OID] = []
    for column in try message.columns(in: bytes) where !column.type.isSameEverywhere && !types.contains(column.type) {
      types.append(column.type)
    }
    return types
  }
}
