internal import CLibPQ
import Glibc
import PostgresTypes

/// Watches over one run of `PQconnectPoll`, which leaves time limits to its caller.
struct ConnectAttempt {
  private let timeoutSeconds: Int?
  private var place = ""
  private var timedOut = false
  /// When the host and address that are being tried have had their time.
  private(set) var deadline: ContinuousClock.Instant?

  init(timeoutSeconds: Int?) { self.timeoutSeconds = timeoutSeconds }

  /// Starts the clock anew whenever libpq has gone on to another host or address.
  mutating func follow(_ connection: OpaquePointer) {
    let parts = [PQhost(connection), PQhostaddr(connection), PQport(connection)]
    let current = parts.map { $0.map { String(cString: $0) } ?? "" }.joined(separator: " ")
    guard current != place else { return }
    place = current
    deadline = timeoutSeconds.map { ContinuousClock.now + .seconds($0) }
  }

  /// Makes the pending connection fail: libpq then goes on to the next address or host, if nothing answered yet.
  mutating func giveUp(_ connection: OpaquePointer) {
    timedOut = true
    // The next clock starts when libpq has moved on; if it does not move on, it fails right away.
    place = ""
    shutdown(PQsocket(connection), Int32(SHUT_RDWR))
  }

  /// Why no connection came about.
  func failure(_ connection: OpaquePointer, endpoint: String, _ redaction: Redaction) -> PostgresError {
    let failure = ConnectFailure(redaction(String(cString: PQerrorMessage(connection))))
    guard failure.sqlState == nil, timedOut, let timeoutSeconds else {
      return PostgresError(
        kind: .connectionFailed, message: failure.message, sqlState: failure.sqlState ?? .unableToConnect,
        detail: failure.detail, hint: failure.hint, endpoint: endpoint)
    }
    return PostgresError(
      kind: .connectionFailed, message: "no answer within \(timeoutSeconds) s", sqlState: .unableToConnect,
      hint: "check host, port and firewall; connect_timeout sets the limit", endpoint: endpoint)
  }
}
