import LogicalReplication
import PGOutput
import PostgresTypes

extension LogicalMessage {
  /// The prefix of the marks that the optional event trigger on the source writes (sql/source_event_trigger.sql).
  static let ddlPrefix = "pgsyncd_ddl"
}

/// Cuts the stream into segments at commits.
struct SegmentAssembly {
  private let queue: SegmentQueue
  private var segment: Segment
  private var isInTransaction = false
  /// How far the stream has been read.
  private(set) var receivedLSN: LSN = .zero
  /// The source's WAL end as the last frame told it.
  private(set) var sourceLSN: LSN = .zero

  init(queue: SegmentQueue) {
    self.queue = queue
    segment = queue.emptySegment()
  }

  /// True if what was handed over has filled the queue.
  var isQueueFull: Bool { segment.count == 0 && !queue.hasRoom }

  /// Adds one message of the output plugin.
  ///
  /// - Parameter frame: the CopyData content that `data` was decoded from.
  mutating func append(_ data: XLogData, in frame: UnsafeRawBufferPointer) throws(PGOutputError) {
    receivedLSN = max(receivedLSN, data.dataStart)
    sourceLSN = max(sourceLSN, data.serverWALEnd)
    let message = UnsafeRawBufferPointer(rebasing: frame[data.payload.offset..<data.payload.end])
    let kind = try PGOutputDecoder.kind(of: RawSpan(_unsafeBytes: message), at: wholeRange(of: message))
    // Whoever else writes messages into the log means somebody else, whatever they weigh.
    if kind == .message, try !isMark(RawSpan(_unsafeBytes: message)) { return }
    // A keepalive's position is behind what came before it, and so not behind this message.
    if segment.keepaliveEnd != nil { handOver(isPiece: false, endsAtCommit: true) }
    segment.append(message: message)
    switch kind {
    case .begin: isInTransaction = true
    case .commit:
      isInTransaction = false
      segment.markCommit()
      if segment.isPiece {
        handOver(isPiece: true, endsAtCommit: true)
      } else if segment.count >= Segment.sealBytes {
        handOver(isPiece: false, endsAtCommit: true)
      }
    default:
      if segment.count >= Segment.sealBytes { handOverPiece() }
    }
  }

  private func isMark(_ bytes: RawSpan) throws(PGOutputError) -> Bool {
    guard case .message(let message) = try PGOutputDecoder.decode(bytes, insideStream: false) else { return false }
    guard message.isTransactional else { return false }
    return try message.prefix.text(in: bytes) == LogicalMessage.ddlPrefix
  }

  /// Notes a keepalive: everything up to its position has been sent.
  mutating func append(_ keepalive: PrimaryKeepalive) {
    sourceLSN = max(sourceLSN, keepalive.serverWALEnd)
    // Inside a transaction the position says nothing about that transaction.
    guard !isInTransaction else { return }
    receivedLSN = max(receivedLSN, keepalive.serverWALEnd)
    segment.keepaliveEnd = keepalive.serverWALEnd
  }

  /// Hands over what there is if it ends at a commit.
  mutating func handOverIfComplete() {
    guard !isInTransaction, !segment.isPiece, segment.count > 0 || segment.keepaliveEnd != nil else { return }
    handOver(isPiece: false, endsAtCommit: true)
  }

  /// The segment is full in the middle of a transaction: whole transactions before it go first, then the piece.
  private mutating func handOverPiece() {
    if !segment.isPiece, segment.committedCount > 0 {
      let tail = queue.emptySegment()
      segment.moveTail(to: tail)
      handOver(isPiece: false, endsAtCommit: true)
      segment = tail
      // The tail is a piece only once it fills a segment of its own.
      if segment.count < Segment.sealBytes { return }
    }
    handOver(isPiece: true, endsAtCommit: false)
    segment.isPiece = true
  }

  private mutating func handOver(isPiece: Bool, endsAtCommit: Bool) {
    segment.isPiece = isPiece
    segment.endsAtCommit = endsAtCommit
    queue.push(segment)
    segment = queue.emptySegment()
  }

  private func wholeRange(of message: UnsafeRawBufferPointer) throws(PGOutputError) -> ByteRange {
    guard let range = ByteRange(offset: 0, count: message.count) else {
      throw PGOutputError(.segmentTooLarge, at: 0, expected: "a message of less than 4 GiB")
    }
    return range
  }
}
