/// What a request is answered with.
struct EndpointAnswer: Hashable, Sendable {
  /// The status code.
  var status: Int
  /// The media type of the body.
  var contentType: String
  /// The body.
  var body: String
  /// Other headers.
  var headers: [String: String] = [:]

  /// A line of text.
  static func text(_ status: Int, _ body: String) -> EndpointAnswer {
    EndpointAnswer(status: status, contentType: "text/plain; charset=utf-8", body: body + "\n")
  }

  /// The answer to what is no request, or none that is served.
  static func refusal(_ status: Int) -> EndpointAnswer {
    var answer = text(status, phrase(status))
    if status == 405 { answer.headers["Allow"] = "GET, HEAD" }
    return answer
  }
}

extension EndpointAnswer {
  /// The whole response as it goes over the wire. The connection is closed behind it.
  ///
  /// - Parameter isHead: leaves the body out, and says how long it would have been.
  func bytes(isHead: Bool) -> [UInt8] {
    let body = Array(self.body.utf8)
    var head = "HTTP/1.1 \(status) \(Self.phrase(status))\r\n"
    var fields = [
      "Cache-Control": "no-store", "Connection": "close", "Content-Length": "\(body.count)",
      "Content-Type": contentType, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
    ]
    fields.merge(headers) { _, own in own }
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
    return Array((head + "\r\n").utf8) + (isHead ? [] : body)
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 431: "Request Header Fields Too Large"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: "Error"
    }
  }
}
