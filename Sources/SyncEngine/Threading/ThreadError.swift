#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The system could not start a thread.
public struct ThreadError: Error, Sendable, CustomStringConvertible {
  /// The thread that was wanted.
  public var name: String
  /// What `pthread_create` returned (`errno` values, usually `EAGAIN`).
  public var errorNumber: Int32

  /// What happened, for an operator.
  public var description: String {
    "could not start the thread \(name): \(String(cString: strerror(errorNumber)))"
  }
}
