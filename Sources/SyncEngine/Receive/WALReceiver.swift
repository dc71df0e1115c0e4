import Glibc
import LibPQ
import LogicalReplication
import PGOutput
import PostgresTypes
import Synchronization

/// Reads the change stream and hands it over in segments: the body of the thread `wal-receiver`.
///
/// It never waits for the apply side. While the queue is full it leaves its socket alone, so the source's send buffer
/// fills and the walsender waits; but it keeps answering keepalives and sending its own status in time, so
/// `wal_sender_timeout` never ends a connection only because the target is slow.
///
/// Segments end at commits. Only a transaction larger than a segment is handed over in pieces.
final class WALReceiver: Sendable {
  /// What the receiver has seen, for the status.
  struct Observation: Sendable {
    /// The end of the last frame's WAL on the source.
    var receivedLSN: LSN = .zero
    /// The source's WAL end as its last frame told.
    var sourceLSN: LSN = .zero
  }

  private let settings: ConnectionSettings
  private let applicationName: String
  private let slot: String
  private let publication: String
  private let start: LSN
  private let queue: SegmentQueue
  private let confirmed: ConfirmedPosition
  private let interruption: WaitInterruption
  private let stopRequested = Atomic(false)
  private let replyWanted = Atomic(false)
  /// What has been seen so far.
  let observation = Mutex(Observation())

  /// - Parameters:
  ///   - start: where to begin: the progress that is stored on the target.
  ///   - queue: where segments go.
  ///   - confirmed: what may be confirmed.
  ///   - interruption: ends a connection attempt or a write that hangs.
  init(
    settings: ConnectionSettings, applicationName: String, slot: String, publication: String, start: LSN,
    queue: SegmentQueue, confirmed: ConfirmedPosition, interruption: WaitInterruption
  ) {
    self.settings = settings
    self.applicationName = applicationName
    self.slot = slot
    self.publication = publication
    self.start = start
    self.queue = queue
    self.confirmed = confirmed
    self.interruption = interruption
  }

  /// Makes the receiver confirm what there is to confirm and end. The queue says when it has.
  func requestStop() {
    stopRequested.store(true, ordering: .releasing)
    queue.producerWake.signal()
  }

  /// Makes the receiver ask the source how far it is; the answer comes through the queue as a keepalive's position.
  func requestKeepalive() {
    replyWanted.store(true, ordering: .releasing)
    queue.producerWake.signal()
  }

  /// Runs until told to stop or until the stream fails; then says so in the queue.
  func run() {
    do throws(SyncError) {
      try receive()
      queue.finish(.stopped)
    } catch {
      queue.finish(.failed(error))
    }
  }

  private static func options(_ publication: String, serverVersion: Int32) -> [(String, String)] {
    var options = [("proto_version", "1"), ("publication_names", SQLIdentifier.alwaysQuoted(publication))]
    // The marks of the optional event trigger on the source; others are left out on arrival.
    if serverVersion >= 140_000 { options.append(("messages", "true")) }
    return options
  }

  private func receive() throws(SyncError) {
    let connection: ReplicationConnection
    do {
      connection = try ReplicationConnection(
        settings, applicationName: applicationName, interruption: interruption)
      try connection.startLogicalReplication(
        slot: slot, from: start,
        options: Self.options(publication, serverVersion: connection.serverVersion))
    } catch {
      throw .postgres(error, during: "starting replication from slot \(SQLIdentifier.quoted(slot))")
    }
    defer { connection.close() }
    var assembly = SegmentAssembly(queue: queue)
    var feedback = StandbyFeedback(start: confirmed.lsn)
    do {
      while true {
        let isStopping = stopRequested.load(ordering: .acquiring)
        if replyWanted.exchange(false, ordering: .acquiringAndReleasing) { feedback.asksForReply = true }
        let hasRoom = queue.hasRoom
        if hasRoom, !isStopping { try drain(connection, &assembly, &feedback) }
        assembly.handOverIfComplete()
        if isStopping { feedback.isDue = true }
        feedback.isDeaf = !hasRoom
        if let update = feedback.update(confirmed: confirmed.lsn, received: assembly.receivedLSN) {
          try connection.sendCopyData(update)
        }
        _ = try connection.flush()
        if isStopping {
          // So that the source has read the last status before the connection goes.
          _ = try connection.endStream(within: .seconds(2))
          return
        }
        let readiness = queue.producerWake.wait(
          socket: hasRoom ? connection.socket : nil, milliseconds: feedback.millisecondsUntilDue)
        if readiness.socketReadable { try connection.consumeInput() }
      }
    } catch let error as PostgresError {
      throw .postgres(error, during: "receiving changes")
    } catch let error as PGOutputError {
      throw .malformedStream(error, after: assembly.receivedLSN)
    } catch {
      preconditionFailure("receiving throws nothing else")
    }
  }

  /// Takes everything that has arrived.
  private func drain(
    _ connection: ReplicationConnection, _ assembly: inout SegmentAssembly, _ feedback: inout StandbyFeedback
  ) throws {
    loop: while true {
      switch try connection.nextCopyData() {
      case .wouldBlock: break loop
      case .finished:
        throw PostgresError(
          kind: .connectionLost, message: "the source ended the replication stream", endpoint: settings.description)
      case .bytes(let bytes):
        switch try ReplicationFrameDecoder.decode(RawSpan(_unsafeBytes: bytes)) {
        case .keepalive(let keepalive):
          assembly.append(keepalive)
          if keepalive.replyRequested { feedback.isDue = true }
        case .xLogData(let data):
          try assembly.append(data, in: bytes)
          if assembly.isQueueFull { break loop }
        }
      }
    }
    observation.withLock {
      $0.receivedLSN = assembly.receivedLSN
      $0.sourceLSN = assembly.sourceLSN
    }
  }
}
