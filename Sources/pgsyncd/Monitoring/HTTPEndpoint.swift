import Glibc
import SyncEngine
import Synchronization

/// Serves a few pages over HTTP/1.1, on a thread of its own: the body of `http`.
///
/// Small on purpose: a request has a head of a few kilobytes at most, every answer comes out of memory, and each connection
/// carries one request and is closed. Whatever a client sends or leaves out, it costs no more than one of a few dozen places
/// for ten seconds, and when they are all taken the oldest gives way. Nothing that moves rows waits for it, nor does the
/// process at its end.
final class HTTPEndpoint: Sendable {
  /// Answers a request by its path; nil: there is no such page.
  typealias Answer = @Sendable (_ path: String) -> EndpointAnswer?

  /// So many clients are served at the same time.
  static let connectionsMax = 64

  private let socket: ListeningSocket
  private let answer: Answer
  private let stopRequested = Atomic(false)

  /// Where it listens; the port is the one that the system chose, if that was left to it.
  var address: ListenAddress { socket.address }

  /// Begins to listen; nobody is answered before ``start()``.
  ///
  /// - Parameters:
  ///   - address: where.
  ///   - answer: makes the answers, on the endpoint's thread.
  init(_ address: ListenAddress, answer: @escaping Answer) throws(ListeningSocket.CannotListen) {
    socket = try ListeningSocket(address)
    self.answer = answer
  }

  /// Begins to answer.
  func start() throws(ThreadError) {
    // Nobody waits for its end: it holds nothing that has to be given back, and the process may go at any moment.
    _ = try NamedThread(name: "http") { self.run() }
  }

  /// Ends it, without waiting for anybody who is connected.
  func stop() {
    stopRequested.store(true, ordering: .releasing)
    socket.shutDown()
  }

  private func run() {
    var connections: [HTTPConnection] = []
    defer { for connection in connections { close(connection.descriptor) } }
    while !stopRequested.load(ordering: .acquiring) {
      var entries = [pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)]
      entries += connections.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
      let count = poll(&entries, nfds_t(entries.count), connections.isEmpty ? -1 : 1000)
      guard count >= 0 || errno == EINTR else { return }
      let now = ContinuousClock.now
      var open: [HTTPConnection] = []
      for (index, var connection) in connections.enumerated() {
        let isReady = entries[index + 1].revents != 0
        if now < connection.deadline, !isReady || connection.proceed(now: now, respond) {
          open.append(connection)
        } else {
          close(connection.descriptor)
        }
      }
      connections = open
      if entries[0].revents != 0 { accept(&connections, now) }
    }
  }

  private func accept(_ connections: inout [HTTPConnection], _ now: ContinuousClock.Instant) {
    if connections.count >= Self.connectionsMax { close(connections.removeFirst().descriptor) }
    let descriptor = Glibc.accept(socket.descriptor, nil, nil)
    if descriptor >= 0 {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      connections.append(HTTPConnection(descriptor: descriptor, now: now))
    } else if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
      // The process has no descriptor left. Whoever waits here gives way first, and the attempt is not made in a hurry.
      if !connections.isEmpty { close(connections.removeFirst().descriptor) }
      _ = poll(nil, 0, 100)
    }
  }

  private func respond(_ request: HTTPRequest) -> EndpointAnswer {
    answer(request.path) ?? .text(404, "There is /metrics, /healthz, /readyz and /.")
  }
}
