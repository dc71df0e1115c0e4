internal import CLibPQ

/// Where the server's notices go; libpq alone would print them to stderr.
final class NoticeSink {
  /// Gets severity and text of each notice; nil drops them.
  var handler: (@Sendable (String) -> Void)?

  /// The sink has to outlive the connection: it belongs to the same link, which closes the connection first.
  func attach(to connection: OpaquePointer) {
    PQsetNoticeReceiver(
      connection,
      { context, result in
        guard let context, let result else { return }
        let sink = Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue()
        guard let handler = sink.handler else { return }
        let severity = PQresultErrorField(result, ErrorField.severity.rawValue).map { String(cString: $0) }
        let message = PQresultErrorField(result, ErrorField.messagePrimary.rawValue).map { String(cString: $0) }
        handler("\(severity ?? "NOTICE"): \(message ?? "")")
      }, Unmanaged.passUnretained(self).toOpaque())
  }
}
