/// What a request is answered with.
struct EndpointAnswer: Sendable {
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
}
