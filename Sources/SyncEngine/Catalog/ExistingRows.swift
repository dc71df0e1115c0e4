/// Why rows that are older than a table's place in the stream may be missing on the target, as `needs_repair` stores it: a
/// reason code and an explanation.
enum ExistingRows {
  /// The table came into the publication when it had rows, perhaps: the stream begins with its next change.
  static let notCopied =
    "existing_rows: rows that the table had before it came into the publication are not in the stream and were not copied"
  /// The target's table is another one than the table that was written so far.
  static let otherTarget =
    "existing_rows: the target's table was created anew; rows that came before are only there if somebody put them back"
}
