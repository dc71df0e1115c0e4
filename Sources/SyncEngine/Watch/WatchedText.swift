import SchemaDrift

/// What `needs_repair` says of changes that the stream never carries: a reason code, a colon and the explanation.
enum WatchedText {
  static let tableDropped = gap("the source has dropped the table; its rows are still on the target")
  static let leftPublication = gap("the table is not in the publication any more, so its changes do not arrive")
  static let cameBack = gap("the table was out of the publication for a while; changes made then are missing")
  static let filterChanged = gap(
    "the publication's row filter was changed; rows that only one of the two filters lets pass differ between the sides"
  )

  static func columnsCame(_ names: [String]) -> String {
    gap(
      "the publication sends \(names.joined(separator: ", ")) now, which it did not before; rows that exist already "
        + "lack those values")
  }

  static let rewritten =
    "\(ReasonCode.sourceRewritten.rawValue): the source's table was rewritten (ALTER TYPE … USING or the like), which is "
    + "not in the stream; rows that exist already may hold other values there"
  static let unlogged =
    "\(ReasonCode.sourceRewritten.rawValue): the source's table is UNLOGGED, so its changes are not in the stream"

  static func partitionDropped(_ leaf: some CustomStringConvertible) -> String {
    partition("a partition (OID \(leaf)) was dropped on the source; its rows are still on the target")
  }

  static func partitionDetached(_ name: String) -> String {
    partition("\(name) is not a partition any more; its rows are still on the target")
  }

  static func partitionAttached(_ name: String) -> String {
    partition("\(name) became a partition with rows in it; they are not in the stream")
  }

  static func partitionTruncated(_ name: String) -> String {
    partition("the partition \(name) was emptied by a TRUNCATE of its own, which is not in the stream")
  }

  private static func gap(_ what: String) -> String { "\(ReasonCode.publicationGap.rawValue): \(what)" }

  private static func partition(_ what: String) -> String { "\(ReasonCode.partitionChange.rawValue): \(what)" }
}
