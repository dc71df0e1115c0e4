/// What was measured on the way; nothing in here is computed from anything else than this run.
struct StoryFigures {
  var lagWhileStreaming = LagProbe.Lags()
  var lagWhileStopped = LagProbe.Lags()
  /// From the source's COMMIT to the target's catalog showing the stop, seen from outside.
  var stopSeenAfter = Duration.zero
  /// The same as the service itself measured it.
  var detectionSeconds: Double?
  var parkedAtResume: Int64 = 0
  var resumeTook = Duration.zero
  var catchUpTook = Duration.zero
  var rowsCompared = 0
}
