import FlyingFox
import FlyingSocks
import Foundation

/// Serves a few pages over HTTP. The only place that knows the HTTP library, so that it can be exchanged here.
///
/// It runs on Swift's task pool with the rest of the control plane. Nothing that moves rows waits for it, and the process
/// does not wait for it at its end.
final class HTTPEndpoint: Sendable {
  /// Answers a request by its path; nil: there is no such page.
  typealias Answer = @Sendable (_ path: String) -> EndpointAnswer?

  /// The address cannot be listened on.
  struct CannotListen: Error, CustomStringConvertible {
    let address: ListenAddress
    let reason: String

    var description: String { "cannot listen on \(address): \(reason)" }
  }

  /// So long may an answer take; all of them come out of memory.
  private static let timeoutSeconds: TimeInterval = 10

  private let server: HTTPServer
  private let task: Task<Void, Never>
  /// Where it listens; the port is the one that the system chose, if it was left to it.
  let address: ListenAddress

  /// Begins to listen.
  ///
  /// - Parameters:
  ///   - address: where.
  ///   - answer: makes the answers, from any thread.
  init(_ address: ListenAddress, answer: @escaping Answer) async throws(CannotListen) {
    let server = try Self.server(address)
    for method in [HTTPMethod.GET, .HEAD] {
      await server.appendRoute(HTTPRoute(method: method, path: "/*")) { request in
        Self.response(answer(request.path), isHead: method == .HEAD)
      }
    }
    await server.appendRoute("*") { _ in
      HTTPResponse(statusCode: .methodNotAllowed, headers: HTTPHeaders([HTTPHeader("Allow"): "GET, HEAD"]))
    }
    // Whichever comes first: it listens, or it is plain that it cannot.
    let (news, teller) = AsyncStream<(any Error)?>.makeStream()
    task = Task {
      do { try await server.run() } catch { teller.yield(error) }
    }
    let waiting = Task {
      do {
        try await server.waitUntilListening(timeout: Self.timeoutSeconds)
        teller.yield(nil)
      } catch { teller.yield(error) }
    }
    defer { waiting.cancel() }
    for await case let error? in news.prefix(1) {
      task.cancel()
      throw CannotListen(address: address, reason: Self.reason(error))
    }
    self.server = server
    self.address = Self.listening(await server.listeningAddress, address)
  }

  /// Ends it, without waiting for anybody who is connected.
  func stop() { task.cancel() }

  private static func server(_ address: ListenAddress) throws(CannotListen) -> HTTPServer {
    do {
      switch address.resolved() {
      case .ip4(let text)?:
        return HTTPServer(
          address: try .inet(ip4: text, port: address.port), timeout: timeoutSeconds, logger: .disabled)
      case .ip6(let text)?:
        return HTTPServer(
          address: try .inet6(ip6: text, port: address.port), timeout: timeoutSeconds, logger: .disabled)
      case nil: throw CannotListen(address: address, reason: "the host \(address.host) is not known")
      }
    } catch let error as CannotListen {
      throw error
    } catch {
      throw CannotListen(address: address, reason: reason(error))
    }
  }

  /// The address with the port that the system chose.
  private static func listening(_ bound: Socket.Address?, _ wanted: ListenAddress) -> ListenAddress {
    switch bound {
    case .ip4(_, let port)?, .ip6(_, let port)?: ListenAddress(host: wanted.host, port: port)
    case .unix?, nil: wanted
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case SocketError.failed(_, let number, _): String(cString: strerror(number))
    default: "\(error)"
    }
  }

  private static func response(_ answer: EndpointAnswer?, isHead: Bool) -> HTTPResponse {
    let answer = answer ?? .text(404, "There is /metrics, /healthz, /readyz and /.")
    var headers = HTTPHeaders([
      .contentType: answer.contentType, HTTPHeader("Cache-Control"): "no-store",
      HTTPHeader("X-Content-Type-Options"): "nosniff", HTTPHeader("Referrer-Policy"): "no-referrer",
    ])
    for (name, value) in answer.headers { headers[HTTPHeader(name)] = value }
    return HTTPResponse(
      statusCode: HTTPStatusCode(answer.status, phrase: phrase(answer.status)), headers: headers,
      body: isHead ? Data() : Data(answer.body.utf8))
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 404: "Not Found"
    default: "Service Unavailable"
    }
  }
}
