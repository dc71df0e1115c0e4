/// Memory for tuples that are put together while a unit of work is built. Addresses stay valid until the arena goes.
/// An arena belongs to the thread that builds the unit.
public final class ScratchArena {
  private var chunks: [UnsafeMutableRawBufferPointer] = []
  private var used = 0
  /// Bytes allocated.
  public private(set) var capacity = 0

  /// Makes an arena that holds nothing yet.
  public init() {}

  deinit { for chunk in chunks { chunk.deallocate() } }

  /// Room for so many bytes, at an address that stays.
  public func reserve(_ count: Int) -> UnsafeMutableRawPointer {
    if let last = chunks.last, let base = last.baseAddress, last.count - used >= count {
      defer { used += count }
      return base + used
    }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 256 << 10), alignment: 8)
    chunks.append(chunk)
    capacity += chunk.count
    used = count
    guard let base = chunk.baseAddress else { preconditionFailure("a chunk is never empty") }
    return base
  }
}
