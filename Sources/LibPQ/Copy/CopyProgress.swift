/// The COPY that a connection is in.
enum CopyProgress {
  case none
  /// COPY … FROM STDIN.
  case incoming(IncomingCopy)
  /// COPY … TO STDOUT.
  case outgoing(OutgoingCopy)
}

/// The state of a COPY … FROM STDIN.
struct IncomingCopy {
  /// Bytes queued since everything had been sent.
  var queuedBytes = 0
  /// True while libpq has read nothing off the socket since the COPY began: what lies in the socket then begins with
  /// the beginning of a message.
  var isInputUntouched = true
}

/// The state of a COPY … TO STDOUT.
struct OutgoingCopy {
  /// The row that the caller may still be looking at.
  var current: CopyBuffer?
  /// True after the last row; libpq does not want to be asked for another one then.
  var isAtEnd = false
}
