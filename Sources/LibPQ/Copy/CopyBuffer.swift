internal import CLibPQ

/// One message of a COPY as libpq hands it over: memory of libpq's own, freed with this object.
final class CopyBuffer {
  let bytes: UnsafeRawBufferPointer
  private let base: UnsafeMutablePointer<CChar>

  init(base: UnsafeMutablePointer<CChar>, count: Int) {
    self.base = base
    bytes = UnsafeRawBufferPointer(start: base, count: count)
  }

  deinit { PQfreemem(base) }
}
