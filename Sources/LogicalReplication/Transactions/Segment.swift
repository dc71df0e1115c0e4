import PostgresTypes

/// A piece of the change stream in memory: `pgoutput` messages in the order of the stream, each behind its length
/// (4 bytes, big-endian).
///
/// The receiver fills a segment, seals it by handing it over, and never touches it again. A segment holds either
/// whole transactions, or, where one transaction is larger than ``sealBytes``, a piece of that one.
///
/// The bytes lie outside of Swift's heap at an address that does not change while the segment lives and nobody
/// appends, so changes can refer to their tuples by address without a copy and without counting references.
///
/// `@unchecked Sendable` is sound because exactly one thread owns a segment at a time: handing over goes through a
/// lock, and the giver forgets it.
public final class Segment: @unchecked Sendable {
  /// At this size a segment is handed over even if the consumer is busy.
  public static let sealBytes = 1 << 20

  /// The first byte; valid until the next append or the end of the segment.
  public private(set) var base: UnsafeMutableRawPointer
  /// Bytes in use.
  public private(set) var count = 0
  /// Bytes allocated.
  public private(set) var capacity: Int
  /// Bytes up to the end of the last commit.
  public private(set) var committedCount = 0
  /// True for a part of a transaction that did not fit one segment.
  public var isPiece = false
  /// True if the last message is the transaction's commit. Always true where ``isPiece`` is false.
  public var endsAtCommit = true
  /// The WAL position of a keepalive that followed the last message: all changes up to it have been sent.
  public var keepaliveEnd: LSN?
  /// True for changes that were parked: their transactions lie behind the stream's progress and apply all the same.
  public var isParked = false

  /// Allocates an empty segment.
  public init(capacity: Int = 64 << 10) {
    self.capacity = capacity
    base = .allocate(byteCount: capacity, alignment: 8)
  }

  deinit { base.deallocate() }

  /// The bytes in use.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Appends one message behind its length.
  public func append(message: UnsafeRawBufferPointer) {
    let needed = count + 4 + message.count
    if needed > capacity { grow(to: needed) }
    base.storeBytes(of: UInt32(message.count).bigEndian, toByteOffset: count, as: UInt32.self)
    if let start = message.baseAddress { (base + count + 4).copyMemory(from: start, byteCount: message.count) }
    count = needed
  }

  /// Appends bytes that are framed already, as a parked chunk is.
  public func append(framed bytes: UnsafeRawBufferPointer) {
    let needed = count + bytes.count
    if needed > capacity { grow(to: needed) }
    if let start = bytes.baseAddress { (base + count).copyMemory(from: start, byteCount: bytes.count) }
    count = needed
  }

  /// Notes that the message just appended was a commit.
  public func markCommit() { committedCount = count }

  /// Moves everything behind the last commit to another, empty segment.
  public func moveTail(to other: Segment) {
    other.append(framed: UnsafeRawBufferPointer(start: base + committedCount, count: count - committedCount))
    count = committedCount
  }

  /// Makes the segment as good as new; the memory stays.
  public func removeAll() {
    count = 0
    committedCount = 0
    isPiece = false
    endsAtCommit = true
    keepaliveEnd = nil
    isParked = false
  }

  private func grow(to needed: Int) {
    let newCapacity = max(needed, capacity * 2)
    let newBase = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 8)
    newBase.copyMemory(from: base, byteCount: count)
    base.deallocate()
    base = newBase
    capacity = newCapacity
  }
}
