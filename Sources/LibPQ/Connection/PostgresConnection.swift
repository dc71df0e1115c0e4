internal import CLibPQ

/// A session with a server.
///
/// It belongs to the thread that made it and is not Sendable; its calls block that thread. From other threads
/// ``cancelHandle`` ends a running statement and a ``WaitInterruption`` ends any wait. After an error whose
/// ``PostgresError/endsConnection`` is true nothing but ``close()`` makes sense.
public final class PostgresConnection {
  let link: ServerLink
  /// The state of pipeline mode, nil outside it.
  var pipeline: PipelineState?
  /// The COPY in progress.
  var copy = CopyProgress.none
  /// Reused by ``query(_:_:label:)`` so that it does not allocate anew each time.
  let scratchParameters = BoundParameters()

  /// Connects and applies `session`.
  ///
  /// Unless the user said otherwise, anywhere, a peer that vanished is noticed within a minute (keepalive probes and
  /// `tcp_user_timeout`) and an address gets 10 s to answer. `applicationName` is shown by `pg_stat_activity` unless
  /// the settings or the environment name the application.
  public init(
    _ settings: ConnectionSettings, applicationName: String, session: SessionOptions = .pinned,
    replication: Bool = false, interruption: WaitInterruption? = nil
  ) throws(PostgresError) {
    link = try ServerLink(
      settings, applicationName: applicationName, session: session, replication: replication,
      interruption: interruption)
  }

  /// Where it is connected to: `host:port/database` or `/socket/folder:port/database`.
  public var endpoint: String { link.endpoint }

  /// The server's version as a number: 150018 is 15.18. 0 once closed.
  public var serverVersion: Int32 { link.openHandle.map { PQserverVersion($0) } ?? 0 }

  /// The process that serves this session, as in `pg_stat_activity`. 0 once closed.
  public var backendPID: Int32 { link.openHandle.map { PQbackendPID($0) } ?? 0 }

  /// The socket, to wait for with `poll`; -1 once closed.
  public var socket: Int32 { link.openHandle.map { PQsocket($0) } ?? -1 }

  /// False once the connection is known to be broken, was interrupted or closed. A peer that vanished is only found
  /// out by the next call.
  public var isAlive: Bool { link.isAlive }

  /// Where the session stands with regard to transactions.
  public var transactionStatus: TransactionStatus {
    guard let handle = link.openHandle, link.isAlive else { return .unknown }
    switch PQtransactionStatus(handle) {
    case PQTRANS_IDLE: return .idle
    case PQTRANS_ACTIVE: return .active
    case PQTRANS_INTRANS: return .inTransaction
    case PQTRANS_INERROR: return .inFailedTransaction
    default: return .unknown
    }
  }

  /// A parameter that the server reports by itself, such as `server_encoding`; nil if it does not report it.
  public func reportedParameter(_ name: String) -> String? {
    link.openHandle.flatMap { PQparameterStatus($0, name) }.map { String(cString: $0) }
  }

  /// Cancels what runs here, from any thread.
  public var cancelHandle: CancelHandle { link.cancelHandle }

  /// Gets severity and text of every notice, on this connection's thread; without a handler notices are dropped.
  /// A notice may quote row values.
  public func setNoticeHandler(_ handler: @escaping @Sendable (String) -> Void) { link.setNoticeHandler(handler) }

  /// Ends the session; later calls throw, a second call does nothing.
  public func close() { link.close() }
}
