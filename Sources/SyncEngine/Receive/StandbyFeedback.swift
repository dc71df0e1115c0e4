import PGOutput
import PostgresTypes

/// Decides when the source is told how far we are.
///
/// At least every ten seconds (`wal_sender_timeout` is a minute by default, and the source asks by itself after half of
/// it), at once when the source asks, and soon after there is something new to confirm. While the queue is full nothing is
/// read, so a question would not be heard: then it is told unasked, often enough for a timeout of a second.
struct StandbyFeedback {
  /// At most so long between two updates.
  static let interval = Duration.seconds(10)
  /// At most so long while the socket is left alone, because then the source's question is not seen.
  static let unaskedInterval = Duration.milliseconds(500)
  /// At least so long between two updates that only confirm.
  static let confirmationInterval = Duration.milliseconds(100)

  /// True if an update has to be sent now.
  var isDue = true
  /// True while nothing is read from the source.
  var isDeaf = false
  /// True if the next update shall be answered.
  var asksForReply = false
  private var lastSent = ContinuousClock.now
  private var lastConfirmed: LSN
  private var pending = false

  init(start: LSN) { lastConfirmed = start }

  /// How long the caller may wait before the next update.
  var millisecondsUntilDue: Int32 {
    let rest = (pending ? Self.confirmationInterval : restingInterval) - (ContinuousClock.now - lastSent)
    return rest <= .zero ? 0 : Int32(rest / .milliseconds(1)) + 1
  }

  private var restingInterval: Duration { isDeaf ? Self.unaskedInterval : Self.interval }

  /// The update to send now, if one is due.
  ///
  /// - Parameters:
  ///   - confirmed: what is durable on the target; also what is reported as written, since nothing else is kept.
  ///   - received: how far the stream has been read.
  mutating func update(confirmed: LSN, received: LSN) -> [UInt8]? {
    let now = ContinuousClock.now
    pending = confirmed > lastConfirmed
    let age = now - lastSent
    guard isDue || asksForReply || age >= restingInterval || (pending && age >= Self.confirmationInterval) else {
      return nil
    }
    defer {
      isDue = false
      asksForReply = false
      pending = false
      lastSent = now
      lastConfirmed = confirmed
    }
    return StandbyStatusUpdate(
      written: max(received, confirmed), flushed: confirmed, applied: confirmed, clientTime: .now,
      replyRequested: asksForReply
    ).encoded()
  }
}
