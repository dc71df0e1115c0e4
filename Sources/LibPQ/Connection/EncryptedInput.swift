internal import CLibPQ
import Glibc

/// Input that an encryption layer has read off the socket already.
///
/// `PQconsumeInput` takes in what fits into libpq's buffer; the rest of a TLS record then lies inside OpenSSL, where
/// `poll` on the socket does not see it, and whoever waits for the socket waits for ever. libpq looks there in its own
/// waits (`pqSocketCheck`, fe-misc.c), and so does this module in its own; not every libpq empties it by itself.
enum EncryptedInput {
  enum Pending {
    case none
    case some
    /// GSS encryption buffers too and has no question to ask; waits are kept short instead.
    case unknown
  }

  static func pending(on connection: OpaquePointer) -> Pending {
    if PQsslInUse(connection) == 1 {
      guard let layer = PQsslStruct(connection, "OpenSSL"), let count = bytesHeld else { return .unknown }
      return count(layer) > 0 ? .some : .none
    }
    return PQgssEncInUse(connection) == 1 ? .unknown : .none
  }

  private typealias SSLPending = @convention(c) (UnsafeMutableRawPointer) -> Int32

  /// `SSL_pending`, found by name in the library that libpq has loaded, so that nothing else links with libssl.
  private static let bytesHeld: SSLPending? = dlsym(nil, "SSL_pending").map {
    unsafeBitCast($0, to: SSLPending.self)
  }
}
