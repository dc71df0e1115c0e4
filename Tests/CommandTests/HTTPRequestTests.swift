import Testing

@testable import pgsyncd

@Suite("Requests to the HTTP endpoint")
struct HTTPRequestTests {
  private static func read(_ text: String) -> HTTPRequest.Outcome { HTTPRequest.read(Array(text.utf8)) }

  @Test(
    "what is understood",
    arguments: [
      ("GET / HTTP/1.1\r\n\r\n", "GET", "/"), ("GET /metrics HTTP/1.0\r\n\r\n", "GET", "/metrics"),
      ("HEAD /readyz HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n", "HEAD", "/readyz"),
      ("GET /a?b=c&d HTTP/1.1\n\n", "GET", "/a"),
      ("POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "POST", "/metrics"),
      ("GET //../%2e/x HTTP/1.1\r\n\r\nGET /second HTTP/1.1\r\n\r\n", "GET", "//../%2e/x"),
    ])
  func understood(text: String, method: String, path: String) {
    #expect(Self.read(text) == .complete(HTTPRequest(method: method, path: path)))
    // However it arrives: before the end of the head nothing is decided, and nothing is thrown away.
    let end = text.utf8.count - (text.hasSuffix("abc") ? 3 : text.contains("second") ? 26 : 0)
    for count in 0..<end {
      #expect(HTTPRequest.read(Array(text.utf8.prefix(count))) == .incomplete, "\(count) bytes of \(text)")
    }
  }

  @Test(
    "what is refused",
    arguments: [
      ("GET\r\n\r\n", 400), ("\r\n\r\n\r\n", 400), ("GET /\r\n\r\n", 400), ("get / HTTP/1.1\r\n\r\n", 400),
      ("GET  / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1 x\r\n\r\n", 400), ("GET http://a/ HTTP/1.1\r\n\r\n", 400),
      ("GET /ü HTTP/1.1\r\n\r\n", 400), ("GET /\u{1} HTTP/1.1\r\n\r\n", 400), (" / HTTP/1.1\r\n\r\n", 400),
      ("GET / HTTP/2.0\r\n\r\n", 505), ("GET / HTTP/1.10\r\n\r\n", 505), ("GET / SPDY\r\n\r\n", 400),
      ("\u{16}\u{3}\u{1}\n\n", 400),
    ])
  func refused(text: String, status: Int) { #expect(Self.read(text) == .refused(status), "\(text)") }

  @Test("a head is refused where it gets too long, whether or not it ends")
  func tooLong() {
    let start = Array("GET / HTTP/1.1\r\nX: ".utf8)
    let endless = start + [UInt8](repeating: UInt8(ascii: "a"), count: HTTPRequest.headBytesMax)
    #expect(HTTPRequest.read(endless) == .refused(431))
    #expect(HTTPRequest.read(endless + Array("\r\n\r\n".utf8)) == .refused(431))
    #expect(HTTPRequest.read(Array(endless.prefix(HTTPRequest.headBytesMax - 1))) == .incomplete)
  }

  @Test("no bytes whatever bring it down", arguments: 0..<200)
  func anything(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    let likely = Array("GETHAD /.?%\r\n\r\n: HTTP/1.10\0\u{FF}".utf8)
    var bytes: [UInt8] = []
    for _ in 0..<(seed * 3) {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      bytes.append(likely[Int(state >> 33) % likely.count])
    }
    let outcome = HTTPRequest.read(bytes)
    if case .complete(let request) = outcome { #expect(request.path.hasPrefix("/") && !request.method.isEmpty) }
  }

  @Test("an answer says how long it is, and that the connection ends with it")
  func answer() {
    let answer = EndpointAnswer.text(503, "not ready: ü")
    let text = String(decoding: answer.bytes(isHead: false), as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n") && text.hasSuffix("\r\n\r\nnot ready: ü\n"))
    #expect(text.contains("\r\nContent-Length: 14\r\n") && text.contains("\r\nConnection: close\r\n"))
    let head = String(decoding: answer.bytes(isHead: true), as: UTF8.self)
    #expect(head.hasSuffix("\r\n\r\n") && head.contains("Content-Length: 14"))
    #expect(EndpointAnswer.refusal(405).headers["Allow"] == "GET, HEAD")
  }

  @Test(
    "an address to listen on",
    arguments: [
      ("127.0.0.1:9187", "127.0.0.1", 9187), ("localhost:0", "localhost", 0), ("[::1]:80", "::1", 80),
      ("0.0.0.0:65535", "0.0.0.0", 65535),
    ] as [(String, String, UInt16)])
  func address(text: String, host: String, port: UInt16) throws {
    let address = try #require(ListenAddress(text))
    #expect(address.host == host && address.port == port && address.description == text)
  }

  @Test("what is no address", arguments: ["9187", ":9187", "a:", "a:65536", "a:-1", "[]:1", ""])
  func noAddress(text: String) { #expect(ListenAddress(text) == nil) }
}
