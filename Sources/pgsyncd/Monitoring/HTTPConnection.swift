import Glibc

/// One client: its request is read, answered, and the connection closed. Never waits for it.
struct HTTPConnection {
  private enum State {
    /// The head of the request comes in.
    case reading([UInt8])
    /// The answer goes out, from this offset on.
    case writing([UInt8], offset: Int)
    /// All is sent. What the client still sends is thrown away until it is done too: closing before that could take the
    /// answer away from it.
    case draining
  }

  /// So long may asking, taking the answer and going away take, each.
  private static let patience = Duration.seconds(10)
  private static let drainPatience = Duration.seconds(1)

  /// Its socket.
  let descriptor: Int32
  private var state = State.reading([])
  /// When it is closed, whatever it does.
  private(set) var deadline: ContinuousClock.Instant

  /// - Parameter descriptor: a connected socket that does not block.
  init(descriptor: Int32, now: ContinuousClock.Instant) {
    self.descriptor = descriptor
    deadline = now + Self.patience
  }

  /// What `poll` is to wait for.
  var events: Int16 {
    switch state {
    case .writing: Int16(POLLOUT)
    case .reading, .draining: Int16(POLLIN)
    }
  }

  /// Goes on after the socket became ready, as far as it can without waiting.
  ///
  /// - Returns: false once the connection is to be closed.
  mutating func proceed(now: ContinuousClock.Instant, _ answer: (HTTPRequest) -> EndpointAnswer) -> Bool {
    switch state {
    case .reading(let head): read(head, now, answer)
    case .writing(let bytes, let offset): write(bytes, offset, now)
    case .draining: drain()
    }
  }

  private mutating func read(
    _ head: [UInt8], _ now: ContinuousClock.Instant, _ answer: (HTTPRequest) -> EndpointAnswer
  ) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { return count < 0 && Self.isPassing(errno) }
    let head = head + buffer[..<count]
    let response: [UInt8]
    switch HTTPRequest.read(head) {
    case .incomplete:
      state = .reading(head)
      return true
    case .refused(let status): response = EndpointAnswer.refusal(status).bytes(isHead: false)
    case .complete(let request):
      let isServed = request.method == "GET" || request.method == "HEAD"
      response = (isServed ? answer(request) : .refusal(405)).bytes(isHead: request.method == "HEAD")
    }
    deadline = now + Self.patience
    return write(response, 0, now)
  }

  private mutating func write(_ bytes: [UInt8], _ offset: Int, _ now: ContinuousClock.Instant) -> Bool {
    let sent = bytes[offset...].withUnsafeBytes {
      send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard sent >= 0 else {
      state = .writing(bytes, offset: offset)
      return Self.isPassing(errno)
    }
    if offset + sent < bytes.count {
      state = .writing(bytes, offset: offset + sent)
    } else {
      state = .draining
      shutdown(descriptor, Int32(SHUT_WR))
      deadline = now + Self.drainPatience
    }
    return true
  }

  private func drain() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 || (count < 0 && Self.isPassing(errno))
  }

  private static func isPassing(_ error: Int32) -> Bool { error == EAGAIN || error == EWOULDBLOCK || error == EINTR }
}
