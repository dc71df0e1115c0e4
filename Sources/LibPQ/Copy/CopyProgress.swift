/// The COPY that a connection is in.
enum CopyProgress {
  case none
  /// COPY … FROM STDIN, and how many bytes were queued since everything had been sent.
  case incoming(queuedBytes: Int)
  /// COPY … TO STDOUT, and the row that the caller may still be looking at.
  case outgoing(CopyBuffer?)
}
