import ArgumentParser

/// How a command ended, as its exit code says it.
enum ExitStatus: Int32 {
  /// It did what it was asked to do.
  case done = 0
  /// It could not: a connection, a permission, continuity.
  case failed = 1
  /// A schema mismatch, or another stop of a table, is in the way.
  case blocked = 2
  /// It was not asked properly (`EX_USAGE`).
  case usage = 64

  /// The same for the argument parser, which ends the program without a word.
  var exitCode: ExitCode { ExitCode(rawValue) }
}
