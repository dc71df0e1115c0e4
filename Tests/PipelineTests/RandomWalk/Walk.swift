/// A walk: everything that is done to a pipeline, made from a seed alone.
///
/// When something dies cannot be repeated to the microsecond, and which of the operator's steps find a stopped table
/// depends on it; what is done to the source, and what is tried, is always the same.
struct Walk {
  let seed: Int
  /// Creates the tables on the source, with their first rows.
  let sourceSchema: String
  /// Creates them on the target, empty.
  let targetSchema: String
  let actions: [WalkAction]
  /// A last change of every table, so that nothing remains unseen that the stream tells.
  let lastChanges: String
  /// The tables as the walk leaves them on the source.
  let tables: [WalkTable]

  /// - Parameter steps: at most so many of them, for a short walk.
  init(seed: Int, steps: Int = .max) {
    var author = WalkAuthor(seed: seed)
    self.seed = seed
    sourceSchema = author.sourceSchema()
    targetSchema = author.targetSchema()
    actions = author.actions(stepsMax: steps)
    lastChanges = author.lastChanges()
    tables = author.tables
  }

  /// The command that replays it.
  var replay: String { "PGSYNCD_WALK_SEED=\(seed) swift test --filter RandomWalk" }
}
